package main

import (
	"context"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/otelcol"
)

func TestWhereTelemetryGoesMustBeSaid(t *testing.T) {
	if _, err := configuration(""); err == nil || !strings.Contains(err.Error(), "OTLP_ENDPOINT is not set") {
		t.Error(err)
	}
}

func TestTheFilesAreAConfigurationOfTheseComponents(t *testing.T) {
	for endpoint, want := range map[string]string{
		"print":                    "print.yaml",
		"https://otlp.example.com": "send.yaml",
	} {
		t.Run(endpoint, func(t *testing.T) {
			t.Setenv("OTLP_ENDPOINT", endpoint)
			files, err := configuration(endpoint)
			if err != nil || files[1] != "file:"+want {
				t.Fatalf("%v: %v", files, err)
			}
			collector, err := otelcol.NewCollector(settings(files))
			if err != nil {
				t.Fatal(err)
			}
			if err := collector.DryRun(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestItTakesNoOtherWord(t *testing.T) {
	for _, words := range [][]string{{"guess"}, {"check", "twice"}} {
		if err := run(context.Background(), words); err == nil || !strings.Contains(err.Error(), usage) {
			t.Errorf("%v: %v", words, err)
		}
	}
}
