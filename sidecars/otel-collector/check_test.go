package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func answers(t *testing.T, status int) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
		answer.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// silent takes connections, and never says a word.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return fmt.Sprintf("http://%s/", listener.Addr())
}

func closed(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	return server.URL
}

func TestCheck(t *testing.T) {
	for name, each := range map[string]struct {
		address string
		problem string
	}{
		"healthy":         {address: answers(t, http.StatusOK)},
		"unhealthy":       {address: answers(t, http.StatusServiceUnavailable), problem: "answers 503"},
		"nothing listens": {address: closed(t), problem: "connection refused"},
		"never answers":   {address: silent(t), problem: "Client.Timeout exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := time.Now()
			err := check(each.address)
			if took := time.Since(asked); took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
			switch {
			case each.problem == "" && err != nil:
				t.Errorf("%s, though it is healthy", err)
			case each.problem != "" && (err == nil || !strings.Contains(err.Error(), each.problem)):
				t.Errorf("%v, without %q", err, each.problem)
			}
		})
	}
}
