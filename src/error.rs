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
pub(crate) use sentences::say;

/// An error whose cause has a stable public code.
pub trait Coded: std::error::Error {
    /// The stable code, such as `file-expired`.
    fn code(&self) -> &'static str;
}

/// Defines the error enum of one family of errors. Each of the family's own causes has its variant, stable code and message in one
/// place, so that none can be forgotten; errors of other families are wrapped and keep their own code and message.
///
/// The package's engine has no messages in it: they stand beside it in `src/error/sentences.js`, and it asks for them by code.
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
                        $crate::error::say($crate::error::Coded::code(self), &[$($($field),*)?], f)
                    } )*
                    $($( Self::$wrapped(inner) => core::fmt::Display::fmt(inner, f), )+)?
                }
            }
        }

        impl $name {
            /// Every code that this family adds.
            pub const CODES: &'static [&'static str] = &[$($code),*];

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
