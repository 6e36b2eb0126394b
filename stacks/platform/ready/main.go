// Ready tells whether a service is healthy, from a container beside it: no image needs a program for
// that. It shares the network interface of the service, in its task as on the build host.
//
//	ready watch http://127.0.0.1:8080/health   asks, and logs each change
//	ready check                                exits 0 if the last answer was a good one
//	ready wait                                 does nothing until it is stopped
package main

import (
	"context"
	"fmt"
	"log"
	"net/url"
	"os"
	"os/signal"
	"syscall"
)

const usage = "watch URL, check, wait or help"

func main() {
	log.SetFlags(0)
	log.SetOutput(os.Stdout)
	ended, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ended, os.Args[1:]); err != nil {
		log.Print(err)
		os.Exit(1)
	}
}

func run(ended context.Context, words []string) error {
	switch {
	case len(words) == 2 && words[0] == "watch":
		asked, err := url.Parse(words[1])
		if err != nil {
			return err
		}
		return watch(ended, asked)
	case len(words) == 1 && words[0] == "check":
		return check()
	case len(words) == 1 && words[0] == "help":
		fmt.Println(usage)
		return nil
	case len(words) == 1 && words[0] == "wait":
		<-ended.Done()
		return nil
	}
	return fmt.Errorf("ready %q: it takes %s", words, usage)
}
