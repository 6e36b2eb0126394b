package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A health check's timeout on ECS is 4 s (spec/limits.ts).
var answerWithin = 4 * time.Second

// An outcome is what a service answered, in words; a bad one says how to mend it.
type outcome struct {
	healthy bool
	// Nothing listens yet, so nothing is told of the question.
	silent bool
	text   string
}

// As the load balancer does, it follows no redirect and keeps no connection.
var client = &http.Client{
	Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	},
}

// ask GETs a service's health path; proc is where the kernel tells which ports are listened on.
func ask(ended context.Context, asked *url.URL, proc string) outcome {
	limited, cancel := context.WithTimeout(ended, answerWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodGet, asked.String(), nil)
	if err != nil {
		return outcome{text: err.Error()}
	}
	request.Header.Set("User-Agent", "fargate-platform-health")
	response, err := client.Do(request)
	if err != nil {
		silent := errors.Is(err, syscall.ECONNREFUSED)
		return outcome{silent: silent, text: withoutAnswer(asked, err, proc)}
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return outcome{text: answered(asked, response)}
	}
	// An answer that never ends is none.
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20)); err != nil {
		return outcome{text: withoutAnswer(asked, err, proc)}
	}
	if problem := unreachable(portOf(asked), listeners(proc)); problem != "" {
		return outcome{text: problem}
	}
	return outcome{healthy: true, text: fmt.Sprintf("healthy: GET %s answers 200", asked.Path)}
}

func answered(asked *url.URL, response *http.Response) string {
	said := fmt.Sprintf("GET %s answers %d", asked.Path, response.StatusCode)
	location := response.Header.Get("Location")
	switch code := response.StatusCode; {
	case code >= 300 && code < 400 && location != "":
		return fmt.Sprintf("%s to %s: a health path must answer 200 itself; name that path as `health`, or exempt this one from the redirect", said, location)
	case code == http.StatusNotFound:
		return said + ": answer that path, or name another as `health`"
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return said + ": the load balancer has no login; let the health path answer without one"
	case code >= 200 && code < 300:
		return said + ": a health path must answer 200"
	case code == http.StatusBadRequest && mentionsTLS(response):
		return speaksTLS(portOf(asked))
	case code == http.StatusBadRequest:
		return said + ": it may refuse the host name, which is an address in a health check; it must answer 200"
	default:
		return said + ": it must answer 200 while the process serves, whatever becomes of its database"
	}
}

func withoutAnswer(asked *url.URL, err error, proc string) string {
	port := portOf(asked)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return notListening(port, listeners(proc))
	case errors.Is(err, context.DeadlineExceeded) || os.IsTimeout(err):
		return fmt.Sprintf("GET %s does not answer within %d s: a health path must not wait for a database or for other services", asked.Path, int(answerWithin.Seconds()))
	case strings.Contains(err.Error(), `\x15\x03`):
		return speaksTLS(port)
	case strings.Contains(err.Error(), "malformed HTTP"):
		return fmt.Sprintf("port %d does not speak HTTP", port)
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET):
		return fmt.Sprintf("port %d closes the connection without an answer to GET %s", port, asked.Path)
	default:
		return err.Error()
	}
}

// mentionsTLS tells the answer of a server that expects TLS, such as Go's, nginx or Apache.
func mentionsTLS(response *http.Response) bool {
	text, _ := io.ReadAll(io.LimitReader(response.Body, 1024))
	return strings.Contains(string(text), "HTTPS") || strings.Contains(string(text), "SSL")
}

func speaksTLS(port uint16) string {
	return fmt.Sprintf("port %d speaks TLS: inside the network, the load balancer and the callers speak plain HTTP", port)
}

func portOf(asked *url.URL) uint16 {
	port, _ := strconv.ParseUint(asked.Port(), 10, 16)
	return uint16(port)
}
