// Quotes is a service in a language of its own, as somebody would add it to the platform.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	http.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "healthy")
	})
	http.HandleFunc("/quotes", quote)
	serve()
}

// Asks the service that the entry in the catalogue names under calls.
func quote(w http.ResponseWriter, request *http.Request) {
	ask, err := http.NewRequestWithContext(request.Context(), "GET", os.Getenv("FLASK_API_URL"), nil)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer, err := (&http.Client{Timeout: 2 * time.Second}).Do(ask)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	if err := verifyDatabase(request.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	fmt.Fprintf(w, "flask-api answers %d\nthe database is verified\n", answer.StatusCode)
}

// PostgreSQL's request for TLS, which comes before anything else.
var sslRequest = []byte{0, 0, 0, 8, 4, 210, 22, 47}

// Lets the database prove who it is, with nothing but the variables that the platform sets.
func verifyDatabase(ctx context.Context) error {
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM([]byte(os.Getenv("DATABASE_CA"))) {
		return errors.New("DATABASE_CA holds no certificate")
	}
	host := os.Getenv("DATABASE_HOST")
	limited, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	connection, err := (&net.Dialer{}).DialContext(limited, "tcp", net.JoinHostPort(host, os.Getenv("DATABASE_PORT")))
	if err != nil {
		return err
	}
	defer connection.Close()
	if _, err := connection.Write(sslRequest); err != nil {
		return err
	}
	answer := make([]byte, 1)
	if _, err := io.ReadFull(connection, answer); err != nil {
		return err
	}
	if answer[0] != 'S' {
		return errors.New("the database has no TLS")
	}
	config := &tls.Config{RootCAs: authorities, ServerName: host}
	return tls.Client(connection, config).HandshakeContext(limited)
}

func serve() {
	server := &http.Server{Addr: ":" + os.Getenv("PORT"), ReadHeaderTimeout: 5 * time.Second}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	go func() {
		if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}()
	<-stop.Done()
	limit, cancelLimit := context.WithTimeout(context.Background(), 8*time.Second)
	defer cancelLimit()
	if err := server.Shutdown(limit); err != nil {
		log.Print(err)
	}
}
