package main

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func served(t *testing.T, handler http.HandlerFunc) *url.URL {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	asked, err := url.Parse(server.URL + "/health")
	if err != nil {
		t.Fatal(err)
	}
	return asked
}

// spoken serves connections that no HTTP server answers.
func spoken(t *testing.T, answer string) *url.URL {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = connection.Read(make([]byte, 1024))
			_, _ = io.WriteString(connection, answer)
			connection.Close()
		}
	}()
	return &url.URL{Scheme: "http", Host: listener.Addr().String(), Path: "/health"}
}

func saysOf(t *testing.T, asked *url.URL, words string) {
	t.Helper()
	got := ask(context.Background(), asked, t.TempDir())
	if got.healthy || !strings.Contains(got.text, words) {
		t.Errorf("%+v; it should say %q", got, words)
	}
}

func TestAServiceThatAnswers200IsHealthy(t *testing.T) {
	asked := served(t, func(answer http.ResponseWriter, request *http.Request) {
		if request.Method != http.MethodGet || request.URL.Path != "/health" {
			answer.WriteHeader(http.StatusTeapot)
		}
	})
	if got := ask(context.Background(), asked, t.TempDir()); !got.healthy {
		t.Errorf("%+v", got)
	}
}

func TestEachOtherAnswerSaysHowToMendIt(t *testing.T) {
	for code, words := range map[int]string{
		204: "answers 204: a health path must answer 200",
		400: "answers 400: it may refuse the host name",
		401: "answers 401: the load balancer has no login",
		404: "answers 404: answer that path",
		500: "answers 500: it must answer 200 while the process serves",
	} {
		saysOf(t, served(t, func(answer http.ResponseWriter, _ *http.Request) { answer.WriteHeader(code) }), words)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	asked := served(t, func(answer http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/health" {
			http.Redirect(answer, request, "/health/", http.StatusMovedPermanently)
		}
	})
	saysOf(t, asked, "answers 301 to /health/: a health path must answer 200 itself")
}

func TestASlowAnswerIsNone(t *testing.T) {
	answerWithin = 50 * time.Millisecond
	t.Cleanup(func() { answerWithin = 4 * time.Second })
	silent := served(t, func(_ http.ResponseWriter, request *http.Request) { <-request.Context().Done() })
	saysOf(t, silent, "does not answer within")
	endless := served(t, func(answer http.ResponseWriter, request *http.Request) {
		answer.WriteHeader(http.StatusOK)
		answer.(http.Flusher).Flush()
		<-request.Context().Done()
	})
	saysOf(t, endless, "does not answer within")
}

func TestOtherProtocolsAreToldApart(t *testing.T) {
	saysOf(t, spoken(t, "\x15\x03\x01\x00\x02\x02\x16"), "speaks TLS")
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	saysOf(t, &url.URL{Scheme: "http", Host: secure.Listener.Addr().String(), Path: "/health"}, "speaks TLS")
	saysOf(t, spoken(t, "220 mail.example ESMTP\r\n"), "does not speak HTTP")
	saysOf(t, spoken(t, ""), "closes the connection without an answer")
}

func closedPort(t *testing.T) *url.URL {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	return &url.URL{Scheme: "http", Host: closed.Addr().String(), Path: "/health"}
}

func TestNothingListens(t *testing.T) {
	asked := closedPort(t)
	saysOf(t, asked, "nothing listens on port "+asked.Port())
}

func TestAServiceOnLocalhostOnlyIsNotHealthy(t *testing.T) {
	asked := served(t, func(http.ResponseWriter, *http.Request) {})
	got := ask(context.Background(), asked, "/proc")
	if got.healthy || !strings.Contains(got.text, "on localhost only (127.0.0.1:"+asked.Port()) {
		t.Errorf("%+v", got)
	}
}
