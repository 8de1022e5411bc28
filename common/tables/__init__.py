"""Tables people bring, CSV, XLSX, XLS and ODS: told apart, opened within limits and read cell by cell. Every file is hostile."""
