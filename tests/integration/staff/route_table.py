"""Who may do what, route by route: an entry for every endpoint and method of the two applications that have staff.

``EVERYBODY`` needs no sign-in (what such a route refuses, it refuses to all alike), ``STEPS`` belong to a sign-in that
is under way, ``SIGNED_IN`` is every role. Who adds a route adds its entry; test_role_matrix.py fails otherwise.
"""

EVERYBODY = frozenset({"everybody"})
STEPS = frozenset({"steps"})
SIGNED_IN = frozenset({"signed in"})


def roles(*names: str) -> frozenset[str]:
    """These roles and no others."""
    return frozenset(names)


READERS = roles("officer", "analyst", "auditor")
JOURNAL = roles("auditor", "administrator")
ACCOUNTS = roles("administrator")

STAFF = {
    "staff.sign_in": {"GET": EVERYBODY, "POST": EVERYBODY},
    "staff.oidc_begin": {"GET": EVERYBODY},
    "staff.oidc_return": {"GET": EVERYBODY},
    "staff.oidc_finish": {"GET": EVERYBODY},
    "staff.signature": {"GET": EVERYBODY, "POST": EVERYBODY},
    "staff.second_factor": {"GET": STEPS, "POST": STEPS},
    "staff.new_password": {"GET": STEPS, "POST": STEPS},
    "staff.enrol": {"GET": STEPS, "POST": STEPS},
    "staff.sign_out": {"POST": SIGNED_IN},
    "staff.profile": {"GET": SIGNED_IN},
    "staff.add_app": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "staff.add_key": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "staff.remove_key": {"POST": SIGNED_IN},
    "staff.new_codes": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "staff.password": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "staff.end_session": {"POST": SIGNED_IN},
    "staff.confirm_again": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "staff.account_list": {"GET": ACCOUNTS},
    "staff.invite": {"GET": ACCOUNTS, "POST": ACCOUNTS},
    "staff.change_account": {"GET": ACCOUNTS, "POST": ACCOUNTS},
    "staff.journal": {"GET": JOURNAL},
    "staff.export_journal": {"GET": JOURNAL},
}
AGENCY = STAFF | {
    "asset": {"GET": EVERYBODY},
    "exchange.index": {"GET": EVERYBODY},
    "exchange.document": {"GET": EVERYBODY},
    "api.manifest": {"GET": EVERYBODY},
    "api.openapi": {"GET": EVERYBODY},
    "api.nothing_here": {"GET": EVERYBODY},  # from here on a bearer token is asked for, which no session replaces
    "api.round_releases": {"GET": EVERYBODY},
    "api.scoring_record": {"GET": EVERYBODY},
    "api.scoring_records": {"GET": EVERYBODY},
    "api.certified_file": {"GET": READERS},
    "api.round_file": {"GET": READERS},
    "pages.start": {"GET": EVERYBODY},
    "pages.home": {"GET": READERS},
    "pages.definitions": {"GET": READERS},
    "pages.overview": {"GET": READERS},
    "pages.matrix": {"GET": READERS},
    "pages.national": {"GET": READERS},
    "pages.national_release": {"GET": READERS},
    "pages.turnout": {"GET": READERS},
    "pages.comparison": {"GET": READERS},
    "pages.body": {"GET": READERS},
    "pages.questions": {"GET": READERS},
    "pages.groups": {"GET": READERS},
    "pages.drivers": {"GET": READERS},
    "pages.trend": {"GET": READERS},
    "pages.release": {"GET": READERS},
    "pages.campaign_list": {"GET": READERS},
    "pages.campaign": {"GET": READERS},
    "reports.of_round": {"GET": READERS},
    "reports.of_release": {"GET": READERS},
    "score_sheet.page": {"GET": READERS},
    "score_sheet.fill_in": {"POST": READERS},
}
OF_ISSUER = roles("personnel", "issuing", "auditor")
ROSTER = roles("personnel", "issuing")
ISSUING = roles("issuing")
ISSUER = STAFF | {
    "asset": {"GET": EVERYBODY},
    "exchange.index": {"GET": EVERYBODY},
    "exchange.document": {"GET": EVERYBODY},
    "api.issue": {"POST": EVERYBODY},
    "api.status": {"POST": EVERYBODY},
    "api.contest": {"POST": EVERYBODY},
    "api.drawn": {"GET": EVERYBODY},
    "api.manifest": {"GET": EVERYBODY},
    "pages.root": {"GET": EVERYBODY},
    "pages.home": {"GET": EVERYBODY},
    "pages.draw": {"GET": EVERYBODY},
    "pages.stored": {"GET": EVERYBODY},
    "pages.lost": {"GET": EVERYBODY},
    "console.campaigns": {"GET": OF_ISSUER},
    "console.campaign": {"GET": OF_ISSUER},
    "console.roster": {"GET": ROSTER},
    "console.upload": {"POST": ROSTER},
    "console.correct": {"POST": ROSTER},
    "console.columns": {"GET": ROSTER},
    "console.take_over": {"POST": ROSTER},
    "console.faults": {"GET": ROSTER},
    "console.invitation_page": {"GET": ISSUING},
    "console.plan": {"POST": ISSUING},
    "console.send": {"POST": ISSUING},
    "console.progress": {"GET": ISSUING},
    "console.report": {"POST": ISSUING},
    "console.address": {"POST": ISSUING},
    "console.letters": {"POST": ISSUING},
    "console.links": {"POST": ISSUING},
    "console.ask": {"GET": ISSUING},
    "console.take": {"POST": ISSUING},
}
