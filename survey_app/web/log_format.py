"""Lines of a server's log that hold no address, path, time or message: texts of servers quote what people sent."""

import logging
import traceback

_SAYABLE = ("total open connections",)


class BareFormatter(logging.Formatter):
    """Says where in the code something happened; for waitress, and for granian by docs/deployment/granian-log.json."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the code lines of an exception without its message."""
        message = record.getMessage()
        said = f": {message}" if message.startswith(_SAYABLE) else ""
        line = f"{record.levelname} {record.name}.{record.module}.{record.funcName}{said}"
        if record.exc_info is None or record.exc_info[0] is None:
            return line
        kind, _, trace = record.exc_info
        return f"{line} {kind.__name__}\n{''.join(traceback.format_tb(trace))}"
