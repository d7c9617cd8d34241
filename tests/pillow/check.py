"""Compares our Pillow with what the real one answered (`cases.json`). Prints what differs, then a count."""

import base64
import json
import pathlib
import sys
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def differences():
    import cases
    from described import described, difference

    recorded = json.loads((HERE / "cases.json").read_text())
    cases.FILES.update({name: base64.b64decode(text) for name, text in recorded["files"].items()})
    assert set(recorded["answers"]) == set(cases.CASES), "cases.json is of other cases: run record.py"
    for name, (function, tolerance) in cases.CASES.items():
        expected = recorded["answers"][name]
        found = []
        try:
            for index, value in enumerate(function()):
                found.append(described(value, tolerance))
                said = value[0] if isinstance(value, tuple) and value and isinstance(value[0], str) else ""
                wrong = difference(expected[index], found[-1], tolerance)
                yield f"{name} {index} {said}", wrong
        except Exception:
            yield f"{name} {len(found)}", traceback.format_exc()
            continue
        yield f"{name}: how many", None if len(found) == len(expected) else f"{len(found)} of {len(expected)}"


def main():
    passed = failed = 0
    for name, wrong in differences():
        if wrong is None:
            passed += 1
        else:
            failed += 1
            print(f"{name}: {wrong}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
