"""Packages that few programs need: fetched when one is imported first."""

import contextlib
import importlib
import importlib.machinery
import importlib.util
import os
import sys

PACKS = {
    "pillow": ("PIL",),
    "flask": ("flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "click", "blinker"),
    "requests": ("requests", "certifi", "charset_normalizer", "idna"),
}
PACK_OF = {package: pack for pack, packages in PACKS.items() for package in packages}
NOTICE = (
    "[Nuvola] `{}` is no part of AWS's Python runtime: there it must be in the deployment package or a layer"
)
NO_RELOADER = " * the reloader is not simulated in Nuvola: start the program again after a change\n"


class PackFinder:
    """Stands last, so that what a program brings along comes first."""

    def __init__(self):
        self.loaded = set()

    def find_spec(self, name, path=None, target=None):
        root = name.partition(".")[0]
        pack = PACK_OF.get(root)
        if pack is None or pack in self.loaded:
            return None
        self.load(pack)
        if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
            print(NOTICE.format(root))
        return importlib.machinery.PathFinder.find_spec(name, path, target)

    def load(self, pack):
        import nuvola_host

        from .waits import block

        self.loaded.add(pack)
        block(nuvola_host.load_pack(pack))
        importlib.invalidate_caches()


class PillowFinder:
    """Stands first: the Pillow of a deployment package is machine code, which cannot run here."""

    def __init__(self, packs):
        self.packs = packs

    def find_spec(self, name, path=None, target=None):
        if name != "PIL":
            return None
        brought = importlib.machinery.PathFinder.find_spec(name)
        if brought is None:
            return self.packs.find_spec(name)
        self.packs.load("pillow")
        import site

        own = [folder for folder in sys.path if folder in site.getsitepackages()]
        return importlib.machinery.PathFinder.find_spec(name, own or None, target)


class WerkzeugFinder:
    """Werkzeug's debug mode expects several processes, of which there is one here."""

    def find_spec(self, name, path=None, target=None):
        if name == "werkzeug.debug":
            import multiprocessing

            multiprocessing.Value = LoneValue
        if name != "werkzeug._reloader":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None:
            spec.loader = ReloaderLoader(spec.loader.name, spec.loader.path)
        return spec


class LoneValue:
    """A `multiprocessing.Value` that no other process sees."""

    def __init__(self, kind, value=0, *, lock=True):
        self.value = value

    def get_lock(self):
        return contextlib.nullcontext()


class ReloaderLoader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module):
        super().exec_module(module)

        def run_without_reloader(main_func, *_, **__):
            sys.stderr.write(NO_RELOADER)
            main_func()

        module.run_with_reloader = run_without_reloader


def install():
    packs = PackFinder()
    sys.meta_path[:0] = [PillowFinder(packs), WerkzeugFinder()]
    sys.meta_path.append(packs)
