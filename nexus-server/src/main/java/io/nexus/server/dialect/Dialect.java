package io.nexus.server.dialect;

import io.nexus.control.routing.Api;
import io.nexus.server.http.ApiException;

/** A wire API: how its requests are read, and through them how they are forwarded and answered. */
public interface Dialect {

  /** The API. */
  Api api();

  /**
   * Reads a request.
   *
   * @throws ApiException with status 400 if it is none of this API
   */
  Asked read(byte[] body);
}
