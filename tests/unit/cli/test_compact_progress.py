from studio_export_cli.compact.progress import Lines


def test_elsewhere_than_on_a_terminal_a_line_comes_every_ten_seconds_at_most() -> None:
    said: list[str] = []
    instants = iter([0.0, 3.0, 11.0, 12.0, 22.0])
    lines = Lines(said.append, {"2026-11-01": 1200, "2026-11-02": 90}, lambda: next(instants))

    lines("2026-11-01", 100)
    lines("2026-11-01", 400)
    lines("2026-11-01", 500)
    lines("2026-11-02", 40)

    assert said == ["2026-11-01  400 of 1,200 objects", "2026-11-02  40 of 90 objects"]
