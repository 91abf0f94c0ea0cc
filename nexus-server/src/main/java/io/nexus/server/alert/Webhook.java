package io.nexus.server.alert;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nexus.config.AlertConfig;
import io.nexus.server.StartException;
import java.io.IOException;
import java.time.InstantSource;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * The receiver of one alert's messages. The address and the secret are read for each message, so
 * that a rotated file takes effect; neither is ever shown.
 */
final class Webhook {

  private final AlertConfig alert;
  private final CloseableHttpClient http;
  private final InstantSource clock;

  /**
   * @throws StartException if the secret is malformed
   */
  Webhook(AlertConfig alert, CloseableHttpClient http, InstantSource clock) {
    this.alert = alert;
    this.http = http;
    this.clock = clock;
    alert
        .signingSecret()
        .ifPresent(
            secret -> {
              try {
                Signature.key(secret.reveal());
              } catch (IllegalArgumentException e) {
                throw new StartException("alert", alert.name(), e.getMessage() + ": give such one");
              }
            });
  }

  /**
   * Sends a message once.
   *
   * @return the status of the answer
   * @throws IOException if there is no answer
   */
  int post(AlertMessage message) throws IOException {
    var body = AlertText.write(message, alert.format()).getBytes(UTF_8);
    long timestamp = clock.instant().getEpochSecond();
    var request = new HttpPost(alert.webhook().address());
    request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
    request.setHeader("webhook-id", message.id());
    request.setHeader("webhook-timestamp", Long.toString(timestamp));
    alert
        .signingSecret()
        .map(secret -> Signature.key(secret.reveal()))
        .map(key -> Signature.of(key, message.id(), timestamp, body))
        .ifPresent(signature -> request.setHeader("webhook-signature", signature));
    try (var response = http.executeOpen(null, request, null)) {
      return response.getCode();
    }
  }
}
