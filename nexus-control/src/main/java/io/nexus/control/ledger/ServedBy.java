package io.nexus.control.ledger;

/**
 * What served a request.
 *
 * @param backend the backend's name
 * @param provider who bills
 * @param model the model that ran
 * @param api what was asked of it, such as {@code chat}
 */
public record ServedBy(String backend, String provider, String model, String api) {

  /** The API of chat requests, and of records from before others existed. */
  public static final String CHAT = "chat";

  /** No backend, or an unknown one. */
  public static final ServedBy UNKNOWN = new ServedBy("", "", "", CHAT);

  /** A server of a chat request. */
  public ServedBy(String backend, String provider, String model) {
    this(backend, provider, model, CHAT);
  }

  /** Replaces characters that cannot be stored. */
  public ServedBy {
    backend = StorableText.storable(backend);
    provider = StorableText.storable(provider);
    model = StorableText.storable(model);
    api = StorableText.storable(api);
  }
}
