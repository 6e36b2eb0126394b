package main

import (
	"bytes"
	"context"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func keptIn(t *testing.T) {
	before := lastOutcome
	lastOutcome = filepath.Join(t.TempDir(), "outcome")
	t.Cleanup(func() { lastOutcome = before })
}

func TestACheckPassesOnlyOnAHealthyAndRecentOutcome(t *testing.T) {
	keptIn(t)
	if err := check(); err == nil || !strings.Contains(err.Error(), "not been asked yet") {
		t.Error(err)
	}
	if err := keep(outcome{healthy: true, text: "healthy"}); err != nil {
		t.Fatal(err)
	}
	if err := check(); err != nil {
		t.Error(err)
	}
	past := time.Now().Add(-upToDate - time.Second)
	if err := os.Chtimes(lastOutcome, past, past); err != nil {
		t.Fatal(err)
	}
	if err := check(); err == nil || !strings.Contains(err.Error(), "11 s ago") {
		t.Error(err)
	}
	if err := keep(outcome{text: "GET /health answers 500"}); err != nil {
		t.Fatal(err)
	}
	if err := check(); err == nil || err.Error() != "GET /health answers 500" {
		t.Error(err)
	}
}

func TestAWatchLogsChangesAlone(t *testing.T) {
	keptIn(t)
	var said bytes.Buffer
	log.SetFlags(0)
	log.SetOutput(&said)
	t.Cleanup(func() { log.SetOutput(os.Stdout) })
	ended, stop := context.WithCancel(context.Background())
	var asks atomic.Int32
	asked := served(t, func(answer http.ResponseWriter, _ *http.Request) {
		if asks.Add(1) == 3 {
			stop()
		}
		answer.WriteHeader(http.StatusInternalServerError)
	})
	if err := watch(ended, asked); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(said.String(), "\n"); lines != 1 || !strings.Contains(said.String(), "answers 500") {
		t.Errorf("%d lines: %s", lines, said.String())
	}
}

func TestAServiceIsAskedOftenOnlyWhileItIsNotToldOfIt(t *testing.T) {
	refused := ask(context.Background(), closedPort(t), t.TempDir())
	answered := ask(context.Background(), served(t, http.NotFound), t.TempDir())
	if pauseAfter(refused) != whileSilent || pauseAfter(answered) != whileUnhealthy {
		t.Errorf("%s and %s", pauseAfter(refused), pauseAfter(answered))
	}
	if pauseAfter(outcome{healthy: true}) != onceHealthy {
		t.Error("a healthy service")
	}
}

func TestItIsToldWhatItTakes(t *testing.T) {
	ended, stop := context.WithCancel(context.Background())
	stop()
	if err := run(ended, []string{"wait"}); err != nil {
		t.Error(err)
	}
	for _, words := range [][]string{nil, {"watch"}, {"guess"}} {
		if err := run(ended, words); err == nil || !strings.Contains(err.Error(), usage) {
			t.Errorf("%v: %v", words, err)
		}
	}
}
