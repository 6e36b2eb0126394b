package main

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100
   1: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100
   2: 0B00007F:9C41 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3 1 0 100
   3: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4 1 0 20
`
const tcp6 = `  sl  local_address                         remote_address                        st
   0: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000
`

func at(addresses ...string) []netip.AddrPort {
	var all []netip.AddrPort
	for _, each := range addresses {
		all = append(all, netip.MustParseAddrPort(each))
	}
	return all
}

func TestListenersAreReadWithoutConnectionsAndDockersNameServer(t *testing.T) {
	proc := t.TempDir()
	if err := os.Mkdir(filepath.Join(proc, "net"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"tcp": tcp, "tcp6": tcp6} {
		if err := os.WriteFile(filepath.Join(proc, "net", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := listeners(proc)
	want := at("0.0.0.0:8080", "127.0.0.1:3000", "[::1]:80")
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("%v, not %v", got, want)
	}
}

func TestWhyNothingAnswersOnThePort(t *testing.T) {
	for words, all := range map[string][]netip.AddrPort{
		"nothing listens on port 8080":                            nil,
		"nothing listens on port 8080, but on 3000, 9090":         at("0.0.0.0:3000", "[::]:3000", "127.0.0.1:9090"),
		"it listens on port 8080 for IPv6 only ([::]:8080)":       at("[::]:8080", "0.0.0.0:3000"),
		"it listens on 10.0.0.5:8080 only: listen on all address": at("10.0.0.5:8080"),
	} {
		if got := notListening(8080, all); !strings.HasPrefix(got, words) {
			t.Errorf("%q; it should begin with %q", got, words)
		}
	}
}

func TestOnlyALocalListenerIsUnreachable(t *testing.T) {
	for address, isReached := range map[string]bool{
		"0.0.0.0:8080":   true,
		"[::]:8080":      true,
		"10.0.0.5:8080":  true,
		"127.0.0.1:8080": false,
		"[::1]:8080":     false,
	} {
		if got := unreachable(8080, at(address, "0.0.0.0:3000")); (got == "") != isReached {
			t.Errorf("%s: %q", address, got)
		}
	}
	if got := unreachable(8080, nil); got != "" {
		t.Errorf("where the kernel tells nothing: %q", got)
	}
}
