package io.nexus.server.sink;

import io.nexus.config.Secret;
import io.nexus.config.SpendSinkConfig.Target.Web;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.spi.SpendSink;
import io.nexus.server.StartException;
import io.nexus.server.alert.Signature;
import io.nexus.server.alert.WebhookClient;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;

/**
 * Posts records to a webhook, signed as alerts are. The address and the secret are read for each
 * message, so that a rotated file takes effect; neither is ever shown.
 */
final class WebhookSink implements SpendSink {

  private static final int ID_BYTES = 16;

  private final String name;
  private final Web web;
  private final InstantSource clock;
  private final CloseableHttpClient http = WebhookClient.create();

  /**
   * @throws StartException if the secret is malformed
   */
  WebhookSink(String name, Web web, InstantSource clock) {
    this.name = name;
    this.web = web;
    this.clock = clock;
    web.signingSecret().ifPresent(this::check);
  }

  private void check(Secret secret) {
    try {
      Signature.key(secret.reveal());
    } catch (IllegalArgumentException e) {
      throw new StartException("spend sink", name, e.getMessage() + ": give such one");
    }
  }

  @Override
  public void accept(List<SpendRecord> records) throws IOException {
    int status = post(records);
    if (status / 100 != 2) {
      throw new IOException("the webhook answers with status " + status);
    }
  }

  private int post(List<SpendRecord> records) throws IOException {
    var now = clock.instant();
    var id = "spend_" + digest(RecordLines.identity(records));
    var body = RecordLines.message(name, now.toString(), records);
    try {
      var request = new HttpPost(web.webhook().address());
      request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
      request.setHeader("webhook-id", id);
      request.setHeader("webhook-timestamp", Long.toString(now.getEpochSecond()));
      web.signingSecret()
          .map(secret -> Signature.key(secret.reveal()))
          .map(key -> Signature.of(key, id, now.getEpochSecond(), body))
          .ifPresent(signature -> request.setHeader("webhook-signature", signature));
      try (var response = http.executeOpen(null, request, null)) {
        return response.getCode();
      }
    } catch (IOException | RuntimeException e) {
      // The exception's message may quote the address, which may be secret.
      throw new IOException(
          "the webhook cannot be reached (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  private static String digest(byte[] identity) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(identity);
      return HexFormat.of().formatHex(digest, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() {
    http.close(CloseMode.IMMEDIATE);
  }
}
