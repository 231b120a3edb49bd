"""Accounts as an office gets them: the first on the command line, all others invited on the administrator's page."""

from rehearsal.hosts import Host, Hosts
from rehearsal.ledger import Ledger
from rehearsal.staff import Officer

ADMINISTRATOR = "administrator"


def first_administrator(hosts: Hosts, host: Host, ledger: Ledger) -> Officer:
    """`pikir … add-staff` prints an initial password."""
    password = host.succeeds("add-staff", ADMINISTRATOR, "--role", ADMINISTRATOR, "--invite").split()[0]
    return Officer(hosts, host, ADMINISTRATOR, password, ledger)


def invite(administrator: Officer, login: str, role: str, *, body: str = "", language: str = "en") -> Officer:
    """Somebody new, who signs in with the initial password that the page showed: it is good for a week only."""
    entered = {"login": login, "role": role} | ({"bodies": body} if body else {})
    shown = administrator.sends(administrator.opens("/accounts"), "/accounts/invite", entered)
    administrator.ledger.count("staff accounts")
    password = shown.texts("st-key")[0]
    officer = Officer(administrator.hosts, administrator.host, login, password, administrator.ledger, language)
    officer.opens("/account")
    return officer
