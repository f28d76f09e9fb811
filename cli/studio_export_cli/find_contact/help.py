r"""The help of `studio-export find-contact`. `\b` keeps the line ends of the paragraph below it."""

HELP = """Find the lines of a contact, for a request to erase them. Nothing is deleted.

The command reads all objects of executions/ and contexts/, compacted days and rejected records, and
prints each line that contains the value in any field. Of each Execution that it finds so, it also
prints the lines of steps/ and contexts/, whether they contain the value or not.

To find values that the privacy policy hashed, set PRIVACY and its key as they were for the export.
The value itself is not printed. Give - to read it from stdin, so that it is not in the history of
your shell.

\b
Example:
  studio-export find-contact --to s3://bucket/studio --contact +15551234567

The exit code is 1 if a line is found. docs/command.md describes how to erase it.
"""
