//! Errors that leave the crate: each has a stable code and a helpful message.
//!
//! One enum per family, one variant per cause, carrying only the values that were compared and never a
//! holder's data. A code is `family-cause` and never changes its meaning; hosts translate by code.
//! Messages: lower case, no full stop, no Rust type names.

#[cfg(target_arch = "wasm32")]
mod sentences;

#[cfg(target_arch = "wasm32")]
pub(crate) use sentences::codes;
#[cfg(all(target_arch = "wasm32", not(feature = "authoring")))]
pub(crate) use sentences::{code, say};

/// An error whose cause has a stable public code.
pub trait Coded: std::error::Error {
    /// The stable code, such as `file-expired`.
    fn code(&self) -> &'static str;

    /// The code's number, by which the package's engine asks for it: see `src/error/sentences.js`. The tool's own errors have none.
    #[doc(hidden)]
    fn number(&self) -> u32 {
        0
    }
}

/// The code of an error as a text of its own. No other function of the engine calls [`Coded::code`], so that no code is in it.
#[cfg(not(all(target_arch = "wasm32", not(feature = "authoring"))))]
pub(crate) fn code(error: &impl Coded) -> String {
    error.code().to_owned()
}

/// The number of a family of errors: CRC-16 of its name, as a test finds them different.
pub(crate) const fn family(name: &str) -> u32 {
    let (mut rest, mut crc) = (name.as_bytes(), 0u16);
    while let [byte, after @ ..] = rest {
        crc ^= u16::from_be_bytes([*byte, 0]);
        let mut bits = 8;
        while bits > 0 {
            crc = if crc < 0x8000 { crc << 1 } else { crc << 1 ^ 0x1021 };
            bits -= 1;
        }
        rest = after;
    }
    let [high, low] = crc.to_be_bytes();
    u32::from_be_bytes([0, 0, high, low])
}

/// Defines the error enum of one family of errors. Each of the family's own causes has its variant, stable code and message in one
/// place, so that none can be forgotten; errors of other families are wrapped and keep their own code and message.
///
/// The package's engine has neither codes nor messages in it: they stand beside it in `src/error/sentences.js`, and it asks for
/// them by number.
macro_rules! family_errors {
    (
        $(#[$outer:meta])*
        $name:ident {
            $( $(#[$doc:meta])* $variant:ident $({ $($(#[$fdoc:meta])* $field:ident : $ty:ty),* $(,)? })? = $code:literal, $message:literal; )*
            $( @wraps $( $(#[$wdoc:meta])* $wrapped:ident($inner:ty); )+ )?
        }
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum $name {
            $(
                $(#[$doc])*
                #[cfg_attr(not(all(target_arch = "wasm32", not(feature = "authoring"))), error($message))]
                $variant $({ $($(#[$fdoc])* $field: $ty),* })?,
            )*
            $($(
                $(#[$wdoc])*
                #[cfg_attr(not(all(target_arch = "wasm32", not(feature = "authoring"))), error(transparent))]
                $wrapped(#[from] $inner),
            )+)?
        }

        #[cfg(all(target_arch = "wasm32", not(feature = "authoring")))]
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $( Self::$variant $({ $($field),* })? => {
                        $crate::error::say($crate::error::Coded::number(self), &[$($($field),*)?], f)
                    } )*
                    $($( Self::$wrapped(inner) => core::fmt::Display::fmt(inner, f), )+)?
                }
            }
        }

        impl $name {
            /// Every code that this family adds.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// The family's number.
            pub(crate) const NUMBER: u32 = $crate::error::family(stringify!($name));

            /// The message of each of these codes, with the names of its values in their order.
            #[cfg(test)]
            pub(crate) const MESSAGES: &'static [(&'static str, &'static str, &'static [&'static str])] =
                &[$( ($code, $message, &[$( $(stringify!($field)),* )?]), )*];
        }

        impl $crate::error::Coded for $name {
            fn code(&self) -> &'static str {
                match self {
                    $( Self::$variant { .. } => $code, )*
                    $($( Self::$wrapped(inner) => $crate::error::Coded::code(inner), )+)?
                }
            }

            #[allow(clippy::as_conversions, reason = "the number of a variant")]
            fn number(&self) -> u32 {
                /// The variants that have codes, in their order.
                #[allow(clippy::enum_variant_names, reason = "the names of the errors")]
                enum Position { $($variant,)* }
                match self {
                    $( Self::$variant { .. } => Self::NUMBER << 8 | Position::$variant as u32, )*
                    $($( Self::$wrapped(inner) => $crate::error::Coded::number(inner), )+)?
                }
            }
        }
    };
}
pub(crate) use family_errors;

family_errors! {
    /// Misuse of the package by its host. All other errors can happen in ordinary use.
    Misuse {
        /// An argument does not have its declared type.
        Argument { /// which
            argument: &'static str } = "misuse-argument", "the argument `{argument}` does not match its type";
        /// The host's language cannot represent the answer.
        NotConvertible = "misuse-not-convertible", "the answer could not be converted for the host";
    }
}

family_errors! {
    /// What the machine lacks.
    MachineError {
        /// There is less memory than this can take. Nothing was begun.
        OutOfMemory = "engine-out-of-memory", "this can take more memory than the host has";
    }
}
