package headgate_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"

	headgate "headgate.dev/go/headgate"
	"headgate.dev/go/headgate/internal/fakegateway"
)

// certificate is one of 127.0.0.1 that signs itself.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotAfter:     time.Now().Add(time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:         true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	ok(t, err)
	parsed, err := x509.ParseCertificate(der)
	ok(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestTLS(t *testing.T) {
	own, roots := certificate(t)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{own}, ClientCAs: roots, ClientAuth: tls.RequireAnyClientCert})
	ok(t, err)
	g := fakegateway.Serve(listener)
	defer g.Close()
	client := openClient(t, g.Address(), func(c *headgate.Config) {
		c.TLS = &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{own}}
	})

	for range 3 {
		ok(t, send(t.Context(), client, "x"))
	}
	equal(t, g.Accepted(), 1)
	g.DropConnections()
	until(t, "connection closed", func() bool { return g.Open() == 0 })
	ok(t, send(t.Context(), client, "x"))

	stranger := openClient(t, g.Address(), func(c *headgate.Config) { c.TLS = &tls.Config{} })
	expect(t, failed(t, send(withTimeout(t, 300*time.Millisecond), stranger, "x")), headgate.GatewayUnreachable, headgate.OutcomeNotApplied)
}
