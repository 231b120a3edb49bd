"""The agency over HTTP: sign-in, dashboards, documents."""
