"""Pure protocol and questionnaire logic: no Flask, no database, no files, no clock."""
