// A sample of an integrator's own texts in a script from right to left, for tests alone: a few, and nobody who speaks Arabic has
// checked them. What is missing is said in English.
export const arabic = {
  tag: "ar",
  dir: "rtl",
  plural: (count) => new Intl.PluralRules("ar").select(count),
  texts: {
    terms: {
      codeColours: { green: "أخضر", yellow: "أصفر", red: "أحمر", grey: "غير محدد" },
      colours: { green: "أخضر", yellow: "أصفر", red: "أحمر", grey: "رمادي (غير محدد)" },
    },
    time: {
      moment: "{day}، {time}",
      list: "، ",
      units: {
        day: { one: "يوم", two: "يومان", few: "{count} أيام", many: "{count} يومًا", other: "{count} يوم" },
        hour: { one: "ساعة", two: "ساعتان", few: "{count} ساعات", many: "{count} ساعة", other: "{count} ساعة" },
        minute: { one: "دقيقة", two: "دقيقتان", few: "{count} دقائق", many: "{count} دقيقة", other: "{count} دقيقة" },
      },
    },
    reasons: {
      title: "لماذا هذا اللون",
      none: "لا توجد قاعدة تقيّدك.",
      wayBack: "كيف يعود الرمز أخضر",
      until: "{colour} حتى {when}",
      from: "{colour} ابتداءً من {when}",
    },
    outlook: { title: "ماذا بعد" },
    scores: { title: "الدرجات الثلاث", of: "{name}: {points} من 100" },
    code: {
      wait: "جارٍ فتح الرمز الصحي…",
      renews: (left) => `رمز جديد بعد ${left} ث`,
      noNetwork: "يعمل دون اتصال",
      holder: "آخر أرقام الوثيقة",
      larger: "تكبير الرمز",
      answer: "إدخال رقم نقطة التفتيش",
    },
    questionnaire: {
      title: "تقرير اليوم",
      privacy: "تبقى إجاباتك على هذا الهاتف.",
      progress: (done, all) => `أُجيب عن ${done} من ${all}`,
      submit: "إرسال والحصول على الرمز",
      yes: "نعم",
      no: "لا",
    },
    diary: { title: "سجل الزيارات", none: "لا زيارات بعد.", add: "إضافة زيارة" },
    family: { title: "العائلة", add: "إضافة شخص" },
    report: { title: "التقرير اليومي", report: "أبلغ الآن" },
    itinerary: { title: "بطاقة التنقل" },
    checkpoint: { title: "مسح رمز", open: "فتح الكاميرا" },
    errors: { "clock-off": { says: "ساعة هذا الجهاز غير مضبوطة." } },
  },
};
