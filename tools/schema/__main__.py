"""`make contract`: write the files that follow from the table of fields."""

from tools.schema.files import written


def main() -> None:
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
