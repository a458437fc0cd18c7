"""What a path's name says about the file: which kind of file it is, before its content is looked at."""

from __future__ import annotations

#: Read table by table: the file's last name -> how its text is parsed and which rules hold.
TABLE_FILES = {
    "pyproject.toml": "toml",
    "uv.toml": "toml",
    "hatch.toml": "toml",
    "pixi.toml": "toml",
    "tox.toml": "toml",
    "pytest.toml": "toml",
    ".pytest.toml": "toml",
    "setup.cfg": "ini",
    "tox.ini": "ini",
    "pytest.ini": "ini",
    ".pytest.ini": "ini",
    "Pipfile": "pipfile",
}
LOCKS = frozenset({"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"})
#: Locks whose format isn't read: any change of one is a change of everything installed.
OPAQUE_LOCKS = frozenset({"pixi.lock", "conda-lock.yml", "environment.lock", "buildout.cfg", "versions.cfg"})
ENVIRONMENTS = frozenset({"environment.yml", "environment.yaml", "conda.yml", "conda.yaml"})

_OTHER_ECOSYSTEMS = frozenset(
    "package.json package-lock.json npm-shrinkwrap.json pnpm-lock.yaml pnpm-workspace.yaml yarn.lock bun.lock bun.lockb "
    "deno.lock .npmrc .nvmrc .yarnrc .yarnrc.yml .node-version tsconfig.json jsconfig.json lerna.json nx.json turbo.json go.mod "
    "go.sum Gemfile Gemfile.lock composer.json composer.lock .ruby-version mix.lock pubspec.lock .release-it.json .babelrc "
    ".babelrc.json .stylelintignore typedoc.json .browserslistrc .eslintignore .stylelintrc renovate.json "
    "gulpfile.js Gruntfile.js .jshintrc bower.json".split()
)
_WEB_SOURCES = (
    ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte", ".css", ".scss", ".sass", ".less", ".svg", ".snap",
)  # fmt: skip
_SCRIPT_SETTINGS = (".config.js", ".config.mjs", ".config.cjs", ".config.ts")
_RUST = frozenset({"Cargo.toml", "Cargo.lock", "rust-toolchain", "rust-toolchain.toml", "build.rs"})
_LINTERS = frozenset(
    ".flake8 .pylintrc pylintrc .isort.cfg .style.yapf .yapfignore mypy.ini .mypy.ini ruff.toml .ruff.toml pyrightconfig.json "
    ".bandit bandit.yml bandit.yaml bandit.json .codespellrc .codespellignore .yamllint .yamllint.yml .yamllint.yaml "
    ".markdownlint.json .markdownlint.yaml .markdownlint.yml .markdownlintrc .prettierrc .prettierrc.json .prettierrc.yaml "
    ".prettierignore .eslintrc .eslintrc.json .eslintrc.js .pre-commit-config.yaml .pre-commit-hooks.yaml .editorconfig "
    ".semgrepignore .semgrep.yml .pydocstyle .pydocstyle.ini .pycodestyle .sourcery.yaml .djlintrc .importlinter .secrets.baseline "
    ".typos.toml _typos.toml typos.toml .shellcheckrc .hadolint.yaml .gitleaks.toml zizmor.yml .jscpd.json .cspell.json "
    "cspell.json .vale.ini .lgtm.yml .landscape.yml .prospector.yaml .pep8speaks.yml pep8speaks.yml .stickler.yml .pyup.yml "
    ".flake8rc .ruff_cache .dlint .pyspelling.yml .lycheeignore".split()
)
_CI = frozenset(
    ".gitlab-ci.yml .travis.yml azure-pipelines.yml appveyor.yml .appveyor.yml bitbucket-pipelines.yml Jenkinsfile .drone.yml "
    ".cirrus.yml cirrus.yml codecov.yml .codecov.yml codecov.yaml .coveralls.yml .readthedocs.yml .readthedocs.yaml "
    "readthedocs.yml .gitignore .gitmodules .git-blame-ignore-revs .git_archival.txt .mailmap .gitreview .hgignore .hgtags .dockerignore "
    "CODEOWNERS dependabot.yml .dependabot renovate.json5 .renovaterc .renovaterc.json mergify.yml .mergify.yml pre-commit.yaml "
    "netlify.toml vercel.json .bumpversion.cfg .bumpversion.toml .codeclimate.yml .sonarcloud.properties "
    "sonar-project.properties .whitesource .snyk socket.yml .lgtm .zenodo.json .all-contributorsrc .gitpod.yml "
    ".gitpod.Dockerfile .releaserc .cruft.json .copier-answers.yml .towncrier.toml towncrier.toml .gitlint .cliff.toml "
    "cliff.toml .asf.yaml .sourcelevel.yml .fossa.yml .packit.yaml .meta.toml .meta.cfg .manylinux.sh "
    ".manylinux-install.sh".split()
)
_CI_FOLDERS = frozenset(
    {
        ".github",
        ".circleci",
        ".gitlab",
        ".azure-pipelines",
        ".travis",
        ".buildkite",
        ".vscode",
        ".idea",
        ".devcontainer",
        ".claude",
        ".cursor",
    }
) | {
    ".semgrep",
    ".husky",
    ".changeset",
    ".readthedocs",
    ".tx",
    ".dependabot",
    ".ci",
    ".gitpod",
    ".teamcity",
    ".builds",
    ".zuul.d",
    ".binder",
}
_RUN_BY_HAND = frozenset(
    {"Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", ".justfile", "Taskfile.yml", "Taskfile.yaml", "Procfile"}
)
_PYTHON_VERSION = frozenset(
    {".python-version", ".python-versions", ".tool-versions", "runtime.txt", ".mise.toml", "mise.toml", "mise.lock"}
)
_GLOBAL = frozenset(
    {"MANIFEST.in", "setup.py", ".env", ".test.env", ".env.test", ".flaskenv", ".envrc", "sitecustomize.py", "usercustomize.py"}
)
_DOCUMENT_NAMES = frozenset(
    "license licence copying copyright notice authors contributors maintainers changelog changes history news thanks credits "
    "citation patents readme contributing security install todo code_of_conduct releasing governance backers funding "
    "acknowledgements acks codeowners tidelift opencollective support upgrading roadmap".split()
)
# Text that a program reads may end as documentation does.
_DATA_FOLDERS = frozenset({"data", "templates", "prompts", "content", "posts", "resources", "assets", "static", "samples"})
_DOCUMENT_ENDINGS = (".md", ".rst", ".adoc", ".markdown")
_DOCUMENT_FOLDERS = frozenset({"docs", "doc", "documentation", "man", "artwork", "licenses", "adr"})
_NEWS_FOLDERS = frozenset(
    {
        "newsfragments",
        "news",
        "changes",
        "changelog",
        "changelog.d",
        "changelogs",
        "upcoming_changes",
        "releasenotes",
        ".changes",
        "changes.d",
    }
)
_TEST_FOLDERS = frozenset({"test", "tests", "testing", "t", "testdata", "test_data", "fixtures", "unittests", "functional", "integration"})
_COMPILED = (
    ".pyx", ".pxd", ".pxi", ".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".hh", ".rs", ".f", ".f90", ".f77", ".pyf", ".so", ".pyd", ".dll",
    ".dylib", ".cu", ".pyx.in", ".pxd.in", ".pxi.in", ".c.in", ".h.in", ".c.src", ".zig", ".abi3.so",
)  # fmt: skip
_BUILD_FILES = frozenset({"meson.build", "meson.options", "meson_options.txt", "CMakeLists.txt", "WORKSPACE", "BUILD.bazel"})


def inert_by_name(path: str) -> tuple[str, str] | None:
    """(class, reason) where the name alone says that no test run reads the file, unless somebody opens it by its path."""
    folders, name = _parts(path)
    first = (*folders, name)[0]  # .claude may be a link to such a folder
    if first in _CI_FOLDERS or (name in _CI and not in_test_folder(path)):
        return "configuration", "ci-configuration"
    if in_test_folder(path):
        # What looks like documentation or settings there may as well be what a test reads through a computed path.
        return None
    for is_one, reason in (
        (name in _LINTERS, "linter-settings"),
        (name.startswith(".coveragerc"), "coverage-settings"),  # .coveragerc-cython.toml: one for each kind of run
        (name in _OTHER_ECOSYSTEMS or name.endswith(_SCRIPT_SETTINGS), "lock-other-ecosystem"),
    ):
        if is_one:
            return "configuration", reason
    if is_container(name) or (name in _RUN_BY_HAND and not set(folders) - _DOCUMENT_FOLDERS):
        return "configuration", "run-configuration"
    return None


def is_document(path: str) -> bool:
    """Whether the name says documentation: by its ending, by its name (LICENSE, AUTHORS.txt), or by the folder at the top it lies in."""
    folders, name = _parts(path)
    stem = name.split(".")[0].lower().replace("-", "_")
    top = folders[0].lower() if folders else ""
    if top in _DOCUMENT_FOLDERS or (top in _NEWS_FOLDERS and _is_news(name)):
        return True
    known = stem in _DOCUMENT_NAMES or stem.startswith(("license", "licence"))
    if name.lower().endswith(_DOCUMENT_ENDINGS):
        return known or not _DATA_FOLDERS.intersection(folder.lower() for folder in folders)
    shouted = not folders or name.split(".")[0].isupper()
    return _is_example(name) or (known and shouted and name.lower().endswith((name.split(".")[0].lower(), ".txt", ".cff")))


def is_fragment(path: str) -> bool:
    """Whether the file is a piece of a change log that towncrier collects, wherever in the checkout it waits."""
    folders, name = _parts(path)
    return folders[-1:] == ["newsfragments"] and not name.endswith(".py")


def is_web_source(path: str) -> bool:
    """Whether the file is what browsers run or show, or what that is built from; data is not meant."""
    return path.endswith(_WEB_SOURCES)


def _is_news(name: str) -> bool:
    """A fragment of a change log: text, or named after its issue (123.feature)."""
    return name.endswith((*_DOCUMENT_ENDINGS, ".txt", ".yaml", ".yml")) or name[:1].isdigit()


def _is_example(name: str) -> bool:
    """.env.example and the like: to be copied by somebody."""
    return name.startswith(".env") and name.endswith((".example", ".sample", ".template", ".dist"))


def in_test_folder(path: str) -> bool:
    """Whether a folder on the way to the file has a name that tests have."""
    return any(folder.lower() in _TEST_FOLDERS for folder in _parts(path)[0])


def is_requirements(path: str) -> bool:
    """Whether the file lists requirements for pip: requirements*.txt, constraints*.txt, *.in beside one, anything in requirements*/."""
    folders, name = _parts(path)
    stem, _, ending = name.rpartition(".")
    if ending not in {"txt", "in", "pip"} or name in {"MANIFEST.in", "CMakeLists.txt"}:
        return False
    words = stem.lower().replace("_", "-").replace(".", "-").split("-")
    telling = {"requirements", "requirement", "constraints", "reqs"}
    return bool(telling & set(words)) or any(telling & set(folder.lower().replace("_", "-").split("-")) for folder in folders)


def is_container(name: str) -> bool:
    """Whether the file describes an image or the services around it: like CI, it sets up a machine, and no test reads it."""
    lower = name.lower()
    compose = lower.startswith(("docker-compose", "compose.")) and lower.endswith((".yml", ".yaml"))
    return (
        compose
        or lower.partition(".")[0].partition("-")[0] in {"dockerfile", "containerfile"}
        or lower.endswith((".dockerfile", "docker-bake.hcl"))
    )


def is_compiled(path: str, *, rust: bool) -> bool:
    """Whether a compiler reads the file, or it is compiled itself; `rust`: the project has Rust extension sources."""
    name = _parts(path)[1]
    return name.endswith(_COMPILED) or name in _BUILD_FILES or (rust and name in _RUST)


def is_rust_manifest(path: str) -> bool:
    """Whether the file says what Rust's tools build."""
    return _parts(path)[1] in _RUST


def global_reason(path: str) -> str | None:
    """The reason for everything, where the name alone is one."""
    folders, name = _parts(path)
    if in_test_folder(path) or (folders and folders[0] in _CI_FOLDERS):
        return None
    if name in _PYTHON_VERSION:
        return "python-version"
    return "global-input" if name in _GLOBAL or name in OPAQUE_LOCKS or name.endswith(".pth") else None


def _parts(path: str) -> tuple[list[str], str]:
    *folders, name = path.split("/")
    return folders, name
