"""Where the notebook of a page can be run, as addresses that follow the repository named in ``_config.yml``."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

# Branch to which the publishing workflow pushes the executed notebooks: Colab opens what is in a repository.
NOTEBOOKS = "notebooks"


def places(repository: str, branch: str, page: str) -> list[dict[str, str]]:
    """Name and address of each service that opens the notebook of a page.

    Parameters
    ----------
    repository : address of the repository on GitHub; of any other host only a download can be offered
    branch : the branch whose ``.binder`` and ``.devcontainer`` make the environment
    page : ``mechanisms/hypoxia``
    """
    where = urlsplit(repository)
    owner_and_name = where.path.strip("/").removesuffix(".git")
    if where.hostname != "github.com" or owner_and_name.count("/") != 1:
        return []
    notebook = quote(f"{page}.ipynb")
    opened = quote(f"lab/tree/_build/notebooks/{page}.ipynb", safe="")
    return [
        {
            "name": "JupyterLab on Binder",
            "url": f"https://mybinder.org/v2/gh/{owner_and_name}/{quote(branch, safe='')}?urlpath={opened}",
        },
        {
            "name": "Colab",
            "url": f"https://colab.research.google.com/github/{owner_and_name}/blob/{NOTEBOOKS}/{notebook}",
        },
        {
            "name": "dev container in Codespaces",
            "url": f"https://codespaces.new/{owner_and_name}/tree/{quote(branch)}",
        },
    ]
