package io.nexus.server.dialect;

import io.nexus.control.routing.Api;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ErrorForm;
import java.util.List;

/** A wire API: how its requests are read, and through them how they are forwarded and answered. */
public interface Dialect {

  /** The API. */
  Api api();

  /**
   * The paths at which it is called, by POST, the usual one first. What {@code {+target}} stands
   * for in them is in the call.
   */
  List<String> paths();

  /** How it says that a request failed. */
  default ErrorForm errors() {
    return ErrorForm.OPENAI;
  }

  /**
   * Reads a request.
   *
   * @throws ApiException with status 400 if it is none of this API
   */
  Asked read(Call call);
}
