package io.nexus.server.alert;

import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.util.Timeout;

/** The HTTP client for webhooks: ten seconds for each step, no redirects, no retries. */
public final class WebhookClient {

  private static final Timeout TIMEOUT = Timeout.ofSeconds(10);

  private WebhookClient() {}

  /** Creates a client, which the caller closes. */
  public static CloseableHttpClient create() {
    var pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(TIMEOUT)
                    .setSocketTimeout(TIMEOUT)
                    .build())
            .build();
    return HttpClients.custom()
        .setConnectionManager(pool)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setResponseTimeout(TIMEOUT)
                .setConnectionRequestTimeout(TIMEOUT)
                .setExpectContinueEnabled(false)
                .build())
        .setUserAgent("Nexus")
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .build();
  }
}
