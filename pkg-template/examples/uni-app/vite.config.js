import uni from "@dcloudio/vite-plugin-uni";
import { healthcode } from "healthcode/uni-app";
import { defineConfig } from "vite";

export default defineConfig({ plugins: [uni(), healthcode({ components: ["questionnaire", "code"] })] });
