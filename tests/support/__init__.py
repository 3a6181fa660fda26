"""What tests share: real servers, builders, a named cast, a clock that is set by hand."""
