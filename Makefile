# Every target first brings the machine to where it can be run (tools/setup, 0.03 s when nothing is missing): demo and up
# fetch what dwld needs to run, the others what it needs to be built and tested, too.
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export TURBO_TELEMETRY_DISABLED := 1
export TURBO_NO_UPDATE_NOTIFIER := 1

.DEFAULT_GOAL := help
CHAOS = $(if $(ENGINE),--engine $(ENGINE)) $(if $(SEED),--seed $(SEED)) $(if $(TASKS),--tasks $(TASKS))

# An environment may have a NAME that is the machine's.
NAMED = $(filter command,$(firstword $(origin NAME)))

# Removes the target of a step that failed, so that the next make does not take it for finished.
.DELETE_ON_ERROR:
.PHONY: help setup runnable page demo up test fuzz compare verify audit licences hooks format proto docs bench pictures chaos months bundle makers deb image release install upgrade uninstall

help: ## this page
	@echo 'Give dwld a link, and the video arrives on your FTP server, verified, or you are'
	@echo 'told exactly why not.'
	@echo
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ \
		line = sprintf("%-16s", $$1); count = split($$2, words, " "); \
		for (i = 1; i <= count; i++) { \
			if (length(line " " words[i]) > 80) { print line; line = sprintf("%-16s", "") } \
			line = line " " words[i] \
		} \
		print line }'
	@echo
	@echo 'Start with make demo. bin/dwld --help shows the command; docs/ has the rest.'

setup: ## install what is missing: Debian packages by apt, the rest into .tools/ and node_modules/
	@tools/setup

runnable:
	@tools/setup run

# The page of the api, which is built again if one of its sources is newer. Folders count, since a file may have been removed.
PAGE := apps/web/dist/version.json
PAGE_SOURCES := $(shell find apps/web packages/options packages/rpc packages/text packages/timing pnpm-lock.yaml \
	\( -name node_modules -o -name dist \) -prune -o ! -name '*.test.ts' -print)

$(PAGE): $(PAGE_SOURCES) | runnable
	@node apps/web/build.ts apps/web/dist

page: $(PAGE) ## build the page that the api serves to browsers, in apps/web/dist; nothing if it is newer than its sources

demo: page ## the main job from end to end, on a sample site and an FTP server of its own; WEB=1: stays up for a look at the page
	@node testbed/src/demo.ts $(if $(WEB),--web)

up: page ## run everything in the foreground: by CONFIG=FILE, else data/dwld.yaml if it is there; with the data in ./data
	@bin/dwld up $(if $(CONFIG),--config "$$CONFIG")

test: setup page ## all tests; of these by PACKAGE=queue, FILE=claim, NAME='words of a name', ENGINE=postgres; THOROUGH=1: with more versions and cases
	@tools/run-tests $(if $(ENGINE),--engine $(ENGINE)) $(if $(FILE),--file "$$FILE" $(if $(NAMED),--name "$$NAME"),$(PACKAGE))

fuzz: setup ## random inputs until a property breaks, or for SECONDS=600; SEED=N for the same again; SERVER=HOST:PORT: attack that api
	@node fuzz/$(if $(SERVER),abuse/)main.ts $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED)) \
		$(if $(FILE),--file "$$FILE") $(SERVER)

compare: setup ## all scenarios of the worker with yt-dlp loaded and with yt-dlp alone: each run must end alike
	@node apps/worker/src/scenarios/testing/compare-all.ts

# The checkers of types are programs in Go, and by default several threads check the same packages and collect garbage at
# each doubling of a small heap: three times the CPU, and no sooner, since both run at once.
verify: export GOMAXPROCS := 1
verify: export GOGC := 400
verify: setup ## what CI asks beside the tests: format, lint, types, unused code, contract, generated code, weight of the page, licences; QUICK=1: the first three
	@turbo run verify:format verify:lint verify:types \
		$(if $(QUICK),,verify:unused verify:contract verify:generated verify:page verify:licences) \
		--continue=always --log-order=grouped --log-prefix=none --output-logs=errors-only

audit: setup ## ask the registry which packages have known vulnerabilities
	@tools/audit

licences: setup ## the licence of each package in node_modules/; make verify refuses those that are not permissive
	@node tools/licences.ts

hooks: ## have git run the quick half of make verify before each commit
	@git config core.hooksPath tools/hooks

format: setup ## lay all files out as verify wants them
	@oxfmt

proto: setup ## generate the code of the contracts anew from their .proto files
	@for template in buf.gen.yaml apps/*/src/*/buf.gen.yaml; do \
		! [ -f "$$template" ] || buf generate --template "$$template" || exit 1; \
	done

docs: setup ## write anew what the documents have from the code: docs/failures.md, the terminals of the guides, the figures of the bench
	@node bench/record/write-documents.ts
	@node --input-type=module -e 'import { failureTable } from "./apps/worker/src/explain/failure-table.ts"; process.stdout.write(failureTable())' > docs/failures.md
	@TRANSCRIPTS=write node --test --test-reporter=dot testbed/src/transcripts/transcripts.test.ts

bench: setup ## measure what is promised to be fast, in 12 minutes; of it QUESTION=upload; AGAINST=COMMIT: beside another version; QUICK=1
	@node bench/main.ts $(if $(QUICK),--quick) $(if $(AGAINST),--against "$$AGAINST") $(QUESTION)

pictures: setup page ## pictures of the page in each state, in pictures/; again after a change: names those that differ; README=1: docs/page.webp
	@$(if $(README),node apps/web/src/testing/readme-picture.ts,PICTURES=$(CURDIR)/pictures tools/run-tests --file apps/web/src/scenarios)

chaos: setup ## ask for 300 videos while everything is killed, frozen and cut off; SEED=N for the same again; ENGINE=postgres: three machines
	@node chaos/main.ts $(CHAOS)

months: setup ## two months of a house with dwld, by a clock that jumps: what breaks, ages and fills up meanwhile; SEED=N for the same again
	@node chaos/months/main.ts $(if $(SEED),--seed $(SEED))

bundle: runnable ## make in build/ what make install puts into /opt/dwld
	@node tools/bundle/main.ts build
	@ln -s ../.tools build/.tools

# Installs what makes packages and images, which no other target needs.
makers:
	@tools/setup release

deb: makers ## the Debian package, in dist/; CHECK=1: as root, installed, upgraded and removed under a real systemd
	@tools/release/deb dist
	@$(if $(CHECK),THOROUGH=1 tools/run-tests --file testbed/src/systemd/package.test.ts)

image: deb ## the OCI image of that package, in dist/: docker load, podman load
	@tools/release/image dist

release: makers ## everything of a release, in dist/, twice and compared: CONTRIBUTING.md, "Make a release"
	@tools/release/release dist

install: ## as root: for the whole machine, as systemd units; again for a new version
	@deploy/install

upgrade: ## as root: this checkout's version in the place of the installed one, which comes back if it does not work
	@deploy/install

uninstall: ## as root: take it away again; tasks, videos and settings stay unless PURGE=1
	@PURGE=$(PURGE) deploy/uninstall
