# A thin front: each target is a script that also stands alone.
.PHONY: run test build bench lint deps clean fuzz torture

run:    ; @scripts/run.sh
test:   ; @scripts/test.sh
build:  ; @scripts/deps.sh build && scripts/build.sh
bench:  ; @scripts/deps.sh bench && scripts/bench.sh
lint:   ; @scripts/lint.sh
deps:   ; @scripts/deps.sh all
clean:  ; @rm -rf build build-*
fuzz:   ; @scripts/fuzz.sh 600
torture: ; @scripts/torture.sh $(or $(MINUTES),15)
