// Otel-collector takes the traces, metrics and logs of the containers beside it, and sends them on in batches.
//
//	otel-collector         runs until it is stopped; its configuration is in the working directory
//	otel-collector check   exits 0 if the collector of this task is healthy
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/otelcol"
)

const (
	usage = "otel-collector takes no word, or `check`"
	// Less than the 30 s after which ECS kills a container: what could not be sent is told in the log.
	stopWithin = 10 * time.Second
)

func main() {
	log.SetFlags(0)
	ended, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	context.AfterFunc(ended, func() {
		time.Sleep(stopWithin)
		log.Fatalf("not everything could be sent within %s of the request to stop: the rest is lost", stopWithin)
	})
	if err := run(ended, os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(ended context.Context, words []string) error {
	switch {
	case len(words) == 0:
		return collect(ended, os.Getenv("OTLP_ENDPOINT"))
	case len(words) == 1 && words[0] == "check":
		return check(healthURL)
	}
	return fmt.Errorf("%s, not %q", usage, words)
}

// collect runs until it is told to end, and then sends what it still has.
func collect(ended context.Context, endpoint string) error {
	files, err := configuration(endpoint)
	if err != nil {
		return err
	}
	collector, err := otelcol.NewCollector(settings(files))
	if err != nil {
		return err
	}
	return collector.Run(ended)
}

// configuration names the files that are merged. Telemetry that goes nowhere, or to the log by mistake, is
// noticed too late: so where it goes must be said.
func configuration(endpoint string) ([]string, error) {
	switch endpoint {
	case "":
		return nil, errors.New("OTLP_ENDPOINT is not set: set it to an address (https://otlp.example.com), or to `print` for the log")
	case "print":
		return []string{"file:collector.yaml", "file:print.yaml"}, nil
	default:
		return []string{"file:collector.yaml", "file:send.yaml"}, nil
	}
}

func settings(files []string) otelcol.CollectorSettings {
	return otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{
			Command:     "otel-collector",
			Description: "OpenTelemetry collector beside a service",
		},
		Factories: components,
		// A signal that arrives before the collector listens to signals would be lost.
		DisableGracefulShutdown: true,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{
			ResolverSettings: confmap.ResolverSettings{
				URIs: files,
				ProviderFactories: []confmap.ProviderFactory{
					fileprovider.NewFactory(),
					envprovider.NewFactory(),
				},
			},
		},
	}
}
