"""The template as CloudFormation gets it, as JSON on stdout. Runs in `.venv-sam`, with a region.

The location of the code in S3 is made up, because only `sam package` knows it.
"""

import json
import logging
import sys
from pathlib import Path

from samtranslator.public.translator import ManagedPolicyLoader  # type: ignore[import-not-found]
from samtranslator.translator.transform import transform  # type: ignore[import-not-found]
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-not-found]


def main() -> None:
    logging.disable()
    template = yaml_parse(Path(sys.argv[1]).read_text())
    for resource in template["Resources"].values():
        for place in {"CodeUri", "ContentUri", "DefinitionUri"} & resource["Properties"].keys():
            resource["Properties"][place] = "s3://made-up/code.zip"
    # AWS's managed policies, which the loader would ask IAM for, are not used.
    json.dump(transform(template, {}, ManagedPolicyLoader(iam_client=None)), sys.stdout)


if __name__ == "__main__":
    main()
