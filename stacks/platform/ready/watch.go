package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/url"
	"os"
	"time"
)

const (
	whileSilent = 500 * time.Millisecond
	// Most services write a line for each request.
	whileUnhealthy = 2 * time.Second
	onceHealthy    = 3 * time.Second
	// Longer than the pause and a slow answer together.
	upToDate = 10 * time.Second
)

// The one folder that is writable in every container.
var lastOutcome = "/dev/shm/outcome"

// watch asks until it is stopped, keeps the last outcome for check, and logs each that differs.
func watch(ended context.Context, asked *url.URL) error {
	var before string
	for {
		outcome := ask(ended, asked, "/proc")
		if ended.Err() != nil {
			return nil
		}
		if err := keep(outcome); err != nil {
			return err
		}
		if outcome.text != before {
			log.Print(outcome.text)
			before = outcome.text
		}
		select {
		case <-ended.Done():
			return nil
		case <-time.After(pauseAfter(outcome)):
		}
	}
}

func pauseAfter(outcome outcome) time.Duration {
	switch {
	case outcome.healthy:
		return onceHealthy
	case outcome.silent:
		return whileSilent
	default:
		return whileUnhealthy
	}
}

// keep replaces the last outcome in one step, because check may be reading it.
func keep(outcome outcome) error {
	text := outcome.text
	if outcome.healthy {
		text = ""
	}
	next := lastOutcome + ".next"
	if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(next, lastOutcome)
}

// check returns the last outcome, unless the service was healthy.
func check() error {
	text, err := os.ReadFile(lastOutcome)
	if err != nil {
		return errors.New("the service has not been asked yet")
	}
	if len(text) > 0 {
		return errors.New(string(text))
	}
	file, err := os.Stat(lastOutcome)
	if err != nil {
		return err
	}
	if age := time.Since(file.ModTime()); age > upToDate {
		return fmt.Errorf("the service was last asked %d s ago", int(age.Seconds()))
	}
	return nil
}
