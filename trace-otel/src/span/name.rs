//! The names of the attributes that spans get from us.

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// An attribute that is ours.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(super) enum Name {
            $($(#[$doc])* $name,)*
        }

        impl Name {
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name,)*];

            pub(super) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Returns the attribute of this name.
            pub(super) fn of(text: &str) -> Option<Self> {
                Some(match text {
                    $($text => Self::$name,)*
                    _ => return None,
                })
            }
        }
    };
}

names! {
    Method = "http.request.method",
    MethodOriginal = "http.request.method_original",
    Route = "http.route",
    Path = "url.path",
    Scheme = "url.scheme",
    StatusCode = "http.response.status_code",
    GrpcStatus = "rpc.grpc.status_code",
    ServerAddress = "server.address",
    ServerPort = "server.port",
    ErrorType = "error.type",
    Function = "code.function.name",
    File = "code.file.path",
    Line = "code.line.number",
    // From here on, named as on the line.
    Outcome = "outcome",
    Slow = "slow",
    Busy = "busy_ms",
    TimeToHead = "ttfb_ms",
    Error = "error",
    ErrorChain = "error_chain",
    RequestId = "request_id",
}

/// A set of names.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Names(u32);

impl Names {
    pub(super) fn add(&mut self, name: Name) {
        self.0 |= 1 << name as u32;
    }

    pub(super) fn has(self, name: Name) -> bool {
        self.0 & 1 << name as u32 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_found_again_and_a_set_has_what_was_added() {
        let mut names = Names::default();
        for name in Name::ALL {
            assert_eq!(Name::of(name.as_str()), Some(*name));
            assert!(!names.has(*name));
            names.add(*name);
            assert!(names.has(*name));
        }
        assert_eq!(Name::of("user_id"), None);
    }
}
