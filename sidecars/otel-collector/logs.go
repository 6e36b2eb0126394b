package main

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/service/telemetry"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// logs has the collector log to stdout, and tell nothing else of itself. The usual telemetry of a collector
// would bring the clients of three clouds, to ask where it runs.
func logs() telemetry.Factory {
	return telemetry.NewFactory(
		func() component.Config { return &struct{}{} },
		telemetry.WithCreateLogger(
			func(_ context.Context, settings telemetry.LoggerSettings, _ component.Config) (*zap.Logger, component.ShutdownFunc, error) {
				logger, err := settings.BuildZapLogger(format())
				return logger, nil, err
			},
		),
	)
}

// format is text, not JSON: `print` writes several lines for each batch, to be read by a person.
func format() zap.Config {
	config := zap.NewProductionConfig()
	config.Encoding = "console"
	config.EncoderConfig.EncodeTime = zapcore.ISO8601TimeEncoder
	config.OutputPaths = []string{"stdout"}
	config.DisableCaller = true
	config.DisableStacktrace = true
	return config
}
