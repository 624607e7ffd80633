// The routes of ../routes.ts on net/http. Usage: goworkload PORT
package main

import (
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
)

func ok(w http.ResponseWriter, _ *http.Request) {
	io.WriteString(w, "ok\n")
}

func item(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, "item "+strings.TrimPrefix(r.URL.Path, "/item/")+"\n")
}

func sendBytes(w http.ResponseWriter, r *http.Request) {
	count, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/bytes/"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(count))
	w.Write(bytes.Repeat([]byte("x"), count))
}

func echoLength(w http.ResponseWriter, r *http.Request) {
	length, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	io.WriteString(w, strconv.FormatInt(length, 10)+"\n")
}

func fail(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "500", http.StatusInternalServerError)
}

func main() {
	http.HandleFunc("/ok", ok)
	http.HandleFunc("/item/", item)
	http.HandleFunc("/bytes/", sendBytes)
	http.HandleFunc("/echo-length", echoLength)
	http.HandleFunc("/fail", fail)
	for _, host := range []string{"127.0.0.1", "::1"} {
		listener, err := net.Listen("tcp", net.JoinHostPort(host, os.Args[1]))
		if err != nil {
			log.Fatal(err)
		}
		go func() { log.Fatal(http.Serve(listener, nil)) }()
	}
	select {}
}
