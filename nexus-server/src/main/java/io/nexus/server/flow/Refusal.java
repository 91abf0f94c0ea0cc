package io.nexus.server.flow;

/**
 * What a backend's answer means that is no answer to the request, by its status.
 *
 * <p>A provider that refuses bills nothing. A balancer before it that gives up cannot know whether
 * the provider goes on with what it was sent: a gateway timeout means that it was sent. A bad
 * gateway means that the connection to it ended, before or after it had the request, unless the
 * body shows that the provider itself speaks: those are JSON, a balancer's are pages. A balancer
 * that says "unavailable" has found nobody to send to.
 */
enum Refusal {
  /** The request may have been served all the same. */
  UNKNOWN,
  /** The backend is in trouble; another one may not be, and this one not for long. */
  FAILED,
  /** It may be served later, or now elsewhere. */
  BUSY,
  /**
   * The gateway's key or account at the backend is refused, which the client can do nothing about.
   */
  OUR_FAULT,
  /** This backend does not serve the request; another one may. */
  NOT_HERE,
  /** It is the request that is refused, wherever it is sent. */
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
