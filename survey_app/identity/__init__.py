"""The issuer's side: knows who may respond, never what was answered."""
