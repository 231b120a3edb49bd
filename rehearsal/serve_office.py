"""One office in a process of its own, with a clock that is set from outside: for rehearsals and tests only.

python serve_office.py ROLE INSTANCE PORT CLOCK_FILE SCRYPT_N, with PIKIR_* in the environment. Another SCRYPT_N than
the product's is a test's: then passwords are hashed cheaply as well, and one core is enough.
"""

import os
import sys
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from argon2 import PasswordHasher  # noqa: E402 (after the path)

import wsgi  # noqa: E402
from survey_app.domain import keyfile  # noqa: E402
from survey_app.staff import passwords  # noqa: E402
from survey_app.web import server  # noqa: E402
from survey_app.web.settings import Settings  # noqa: E402


def main(role: str, instance: str, port: str, clock_file: str, scrypt_n: str) -> None:
    if int(scrypt_n) != keyfile.SCRYPT_N:
        keyfile.SCRYPT_N = int(scrypt_n)
        passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # noqa: SLF001
        os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])  # an opening begins no further processes
    server.end_on_sigterm()

    def clock() -> datetime:
        return datetime.fromisoformat(Path(clock_file).read_text(encoding="ascii"))

    application = wsgi.make_application(role, Settings(Path(instance), os.environ, clock))
    largest = server.LARGEST_BODY if role == "collector" else server.LARGEST_UPLOAD
    listening = server.listen(application, int(port), largest_body=largest)
    sys.stdout.write("serving\n")
    sys.stdout.flush()
    listening.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
