package io.nexus.server.dialect;

import java.util.function.UnaryOperator;

/**
 * What a client sent, before anybody knows what it means.
 *
 * @param target what its path names: the model in Azure's paths, the model and what is asked of it
 *     in Google's; empty in most
 * @param query the first value of a parameter of its query; empty if there is none
 * @param body the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // handed on whole, never compared
public record Call(String target, UnaryOperator<String> query, byte[] body) {

  /** A body that says all. */
  public static Call of(byte[] body) {
    return new Call("", _ -> "", body);
  }

  /** The body with the model that the path names, should it name one. */
  public byte[] bodyWithModel() {
    return target.isEmpty() ? body : ModelOfPath.in(body, target);
  }
}
