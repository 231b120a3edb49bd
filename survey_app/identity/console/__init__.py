"""The issuer's pages for its staff: personnel officers of their bodies, issuing officers, auditors."""
