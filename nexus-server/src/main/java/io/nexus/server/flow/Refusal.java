package io.nexus.server.flow;

/**
 * Classifies a backend's refusal by its status.
 *
 * <p>A provider that refuses bills nothing. But a load balancer in front of it does not know
 * whether the provider continues: "gateway timeout" means that the request was sent; "bad gateway"
 * means that the connection ended before or after that, unless the body is the provider's own JSON
 * rather than a balancer's page. "Unavailable" means that the balancer found no server to send to.
 */
enum Refusal {
  /** The request may nevertheless have been served. */
  UNKNOWN,
  /** The backend has failed; another one, or a later attempt, may succeed. */
  FAILED,
  /** The backend is busy; another one, or a later attempt, may succeed. */
  BUSY,
  /** The gateway's own key or account at the backend is refused, which the client cannot change. */
  OUR_FAULT,
  /** This backend does not serve such requests; another one may. */
  NOT_HERE,
  /** The request itself is wrong; every backend would refuse it. */
  OF_THE_REQUEST;

  /**
   * Cloudflare's statuses:
   * https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
   */
  private static final int CLOUDFLARE_UNKNOWN = 520;

  private static final int CLOUDFLARE_TIMEOUT = 524;

  static Refusal of(int status, String contentType) {
    return switch (status) {
      case 504, CLOUDFLARE_TIMEOUT -> UNKNOWN;
      case 502, CLOUDFLARE_UNKNOWN -> isJson(contentType) ? FAILED : UNKNOWN;
      case 408, 429 -> BUSY;
      case 401, 402 -> OUR_FAULT;
      case 403, 404 -> NOT_HERE;
      default -> status >= 400 && status < 500 ? OF_THE_REQUEST : FAILED;
    };
  }

  private static boolean isJson(String contentType) {
    return contentType.regionMatches(true, 0, "application/json", 0, "application/json".length());
  }
}
