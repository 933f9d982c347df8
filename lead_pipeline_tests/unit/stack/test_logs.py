"""Logs that do not grow for ever, whoever writes them."""

from pathlib import Path

from lead_pipeline.stack.logs import KEPT, rotate_all


def test_a_long_log_is_put_aside_and_its_writer_goes_on_at_the_top(tmp_path: Path) -> None:
    log, short = tmp_path / "daemon.log", tmp_path / "page.log"
    short.write_text("short\n")
    with log.open("ab", buffering=0) as writer:
        writer.write(b"old line\n" * 20)
        assert rotate_all(tmp_path, most_bytes=100) == [log]
        writer.write(b"new line\n")
    assert log.read_bytes() == b"new line\n"
    assert (tmp_path / "daemon.log.1").read_bytes() == b"old line\n" * 20
    assert short.read_text() == "short\n"


def test_only_some_old_ones_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "daemon.log"
    for number in range(KEPT + 3):
        log.write_text(f"{number}" * 200)
        rotate_all(tmp_path, most_bytes=100)
    kept = {path.name: path.read_text()[0] for path in tmp_path.iterdir() if path != log}
    assert kept == {f"daemon.log.{at}": str(KEPT + 3 - at) for at in range(1, KEPT + 1)}
