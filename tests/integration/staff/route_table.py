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
OFFICERS = roles("officer")
HOLDERS = roles("officer", "custodian")
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
    "exchange.document_of_round": {"GET": EVERYBODY},
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
    "console.round_list": {"GET": OFFICERS},
    "console.begin_round": {"POST": OFFICERS},
    "console.round_page": {"GET": OFFICERS},
    "console.new_campaigns": {"GET": OFFICERS},
    "console.new_campaign": {"GET": OFFICERS},
    "console.preview": {"POST": OFFICERS},
    "console.create": {"POST": OFFICERS},
    "console.archiving": {"GET": OFFICERS},
    "console.hold": {"POST": OFFICERS},
    "console.unhold": {"POST": OFFICERS},
    "console.staffing": {"GET": OFFICERS},
    "console.look_at_register": {"POST": OFFICERS},
    "console.keep_register": {"POST": OFFICERS},
    "console.dry_run": {"POST": OFFICERS},
    "console.suggest": {"POST": OFFICERS},
    "console.propose_whole": {"POST": OFFICERS},
    "console.make_under_passphrase": {"POST": OFFICERS},
    "console.begin_split": {"POST": OFFICERS},
    "console.abandon": {"POST": OFFICERS},
    "console.withdraw": {"POST": OFFICERS},
    "console.opening": {"GET": OFFICERS},
    "console.opening_progress": {"GET": OFFICERS},
    "console.forget_shares": {"POST": OFFICERS},
    "console.campaign": {"GET": OFFICERS},
    "console.questionnaire": {"GET": OFFICERS},
    "console.poster": {"GET": OFFICERS},
    "console.rehearse_key": {"POST": OFFICERS},
    "console.take_countersignatures": {"POST": OFFICERS},
    "console.offline": {"GET": OFFICERS},
    "console.institutions": {"GET": OFFICERS},
    "console.look_at_card": {"POST": OFFICERS},
    "console.proposal": {"GET": OFFICERS},
    "console.approve": {"POST": OFFICERS},
    "console.declare_void": {"POST": OFFICERS},
    "console.export": {"POST": OFFICERS},
    "console.take_draft": {"POST": OFFICERS},
    "console.trust": {"POST": OFFICERS},
    "console.custody": {"GET": HOLDERS},
    "console.ceremony": {"GET": HOLDERS},
    "console.take_share": {"POST": HOLDERS},
    "console.bring_back": {"POST": HOLDERS},
    "console.gathering": {"GET": HOLDERS},
    "console.bring": {"POST": HOLDERS},
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
    "console.addresses": {"GET": roles("personnel")},
    "console.address": {"POST": ROSTER},
    "console.letters": {"POST": ISSUING},
    "console.links": {"POST": ISSUING},
    "console.ask": {"GET": ISSUING},
    "console.take": {"POST": ISSUING},
    "console.ask_together": {"GET": ISSUING},
    "console.take_together": {"POST": ISSUING},
}
