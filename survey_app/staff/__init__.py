"""Staff of an office: accounts, signing in, second factors, roles, four eyes and the journal. Never respondents."""
