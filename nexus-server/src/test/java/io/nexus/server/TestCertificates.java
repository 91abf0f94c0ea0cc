package io.nexus.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority and certificates of it for this machine, made by the JDK's keytool. */
final class TestCertificates {

  private static final String PASSWORD = "changeit";

  private final Path folder;
  private final String authority;

  /** An authority of that name, in that folder. */
  TestCertificates(Path folder, String authority) throws Exception {
    this.folder = folder;
    this.authority = authority;
    keytool(
        "-genkeypair",
        "-alias",
        authority,
        "-dname",
        "CN=" + authority,
        "-keyalg",
        "EC",
        "-ext",
        "bc:c");
    keytool("-exportcert", "-rfc", "-alias", authority, "-file", authorityFile().toString());
  }

  /** The authority's certificate, in PEM. */
  Path authorityFile() {
    return folder.resolve(authority + ".ca.pem");
  }

  Path certificateFile(String name) {
    return folder.resolve(name + ".pem");
  }

  Path keyFile(String name) {
    return folder.resolve(name + ".key");
  }

  /** Makes a certificate and its key, each a file in PEM. */
  void make(String name, String... more) throws Exception {
    var pair =
        new ArrayList<>(
            List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-keyalg", "RSA"));
    pair.addAll(List.of("-signer", authority, "-ext", "san=dns:localhost,ip:127.0.0.1"));
    pair.addAll(List.of(more));
    keytool(pair.toArray(String[]::new));
    keytool("-exportcert", "-rfc", "-alias", name, "-file", certificateFile(name).toString());
    var key = store().getKey(name, PASSWORD.toCharArray()).getEncoded();
    var text = Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(key);
    Files.writeString(
        keyFile(name), "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
  }

  /** TLS that trusts the authority alone, and shows the certificates that were made. */
  SSLContext context() throws GeneralSecurityException, IOException {
    var store = store();
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(authority, store.getCertificate(authority));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    store.deleteEntry(authority);
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
    return context;
  }

  private KeyStore store() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(folder.resolve(authority + ".p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private void keytool(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", folder.resolve(authority + ".p12").toString()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }
}
