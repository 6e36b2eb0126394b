package main

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const listening = "0A"

// Docker's own name server, which listens in the network of each container.
var nameServer = netip.AddrFrom4([4]byte{127, 0, 0, 11})

// listeners returns what is listened on in this network namespace; nothing where the kernel does not
// tell. https://docs.kernel.org/networking/proc_net_tcp.html
func listeners(proc string) []netip.AddrPort {
	var found []netip.AddrPort
	for _, table := range []string{"tcp", "tcp6"} {
		text, _ := os.ReadFile(filepath.Join(proc, "net", table))
		for line := range strings.Lines(string(text)) {
			words := strings.Fields(line)
			if len(words) < 4 || words[3] != listening {
				continue
			}
			if at, ok := addressIn(words[1]); ok && at.Addr() != nameServer {
				found = append(found, at)
			}
		}
	}
	return found
}

// addressIn reads `0100007F:1F90`: each word of the address has its bytes in the order of the processor.
func addressIn(word string) (netip.AddrPort, bool) {
	address, port, _ := strings.Cut(word, ":")
	bytes, err := hex.DecodeString(address)
	number, portErr := strconv.ParseUint(port, 16, 16)
	if err != nil || portErr != nil {
		return netip.AddrPort{}, false
	}
	for each := range slices.Chunk(bytes, 4) {
		slices.Reverse(each)
	}
	read, ok := netip.AddrFromSlice(bytes)
	return netip.AddrPortFrom(read, uint16(number)), ok
}

func on(port uint16, all []netip.AddrPort) []netip.AddrPort {
	return slices.DeleteFunc(slices.Clone(all), func(each netip.AddrPort) bool {
		return each.Port() != port
	})
}

// unreachable says why a service that answers on localhost answers nobody else, or nothing.
func unreachable(port uint16, all []netip.AddrPort) string {
	own := on(port, all)
	isLocal := func(each netip.AddrPort) bool { return each.Addr().IsLoopback() }
	if len(own) == 0 || slices.ContainsFunc(own, func(each netip.AddrPort) bool { return !isLocal(each) }) {
		return ""
	}
	return fmt.Sprintf("it listens on localhost only (%s), where nobody outside its container reaches it: listen on all addresses (0.0.0.0)", own[0])
}

// notListening says why localhost refuses the connection.
func notListening(port uint16, all []netip.AddrPort) string {
	own := on(port, all)
	isIPv6 := func(each netip.AddrPort) bool { return each.Addr().Is6() }
	switch {
	case len(own) > 0 && !slices.ContainsFunc(own, func(each netip.AddrPort) bool { return !isIPv6(each) }):
		return fmt.Sprintf("it listens on port %d for IPv6 only (%s); the load balancer and the callers use IPv4: listen on 0.0.0.0", port, own[0])
	case len(own) > 0:
		return fmt.Sprintf("it listens on %s only: listen on all addresses (0.0.0.0)", own[0])
	case len(all) > 0:
		return fmt.Sprintf("nothing listens on port %d, but on %s: correct `port`, or let it listen on $PORT", port, portsOf(all))
	default:
		return fmt.Sprintf("nothing listens on port %d", port)
	}
}

func portsOf(all []netip.AddrPort) string {
	var ports []string
	for _, each := range all {
		if port := strconv.Itoa(int(each.Port())); !slices.Contains(ports, port) {
			ports = append(ports, port)
		}
	}
	return strings.Join(ports, ", ")
}
