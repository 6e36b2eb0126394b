// Quotes is a service in a language of its own, as somebody would add it to the platform.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "probe" {
		probe(os.Args[2])
		return
	}
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
	fmt.Fprintf(w, "flask-api answers %d\n", answer.StatusCode)
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

func probe(url string) {
	answer, err := (&http.Client{Timeout: 2 * time.Second}).Get(url)
	if err != nil || answer.StatusCode != http.StatusOK {
		log.Fatal(err)
	}
}
