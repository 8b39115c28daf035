// GMime 3.
#include "peer.h"

#include <gmime/gmime.h>

static void count_addresses(InternetAddressList *list, peer_count *count) {
  int length = list ? internet_address_list_length(list) : 0;
  for (int index = 0; index < length; index++) {
    InternetAddress *address = internet_address_list_get_address(list, index);
    (void)internet_address_get_name(address);
    if (INTERNET_ADDRESS_IS_GROUP(address)) {
      count_addresses(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), count);
    } else {
      (void)internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
      count->addresses++;
    }
  }
}

static void read_header(GMimeMessage *message, peer_count *count) {
  const char *subject = g_mime_message_get_subject(message);
  if (subject) count->subject += strlen(subject);
  count_addresses(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_FROM), count);
  count_addresses(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_TO), count);
  count_addresses(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_CC), count);
  if (g_mime_message_get_date(message)) count->dates++;
}

static void read_leaf(GMimeObject *object, peer_count *count) {
  count->leaves++;
  if (GMIME_IS_TEXT_PART(object)) {
    char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(object));
    if (text) count->text += strlen(text);
    g_free(text);
    return;
  }
  GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(object));
  if (!content) return;
  GMimeStream *memory = g_mime_stream_mem_new();
  g_mime_data_wrapper_write_to_stream(content, memory);
  count->content += (uint64_t)g_mime_stream_length(memory);
  g_object_unref(memory);
}

static void parse(const char *bytes, size_t size, peer_count *count) {
  GByteArray array = {(guint8 *)bytes, (guint)size};
  GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(&array);
  g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  if (message) {
    read_header(message, count);
    GMimePartIter *iter = g_mime_part_iter_new(GMIME_OBJECT(message));
    do {
      GMimeObject *object = g_mime_part_iter_get_current(iter);
      if (object && GMIME_IS_PART(object)) read_leaf(object, count);
    } while (g_mime_part_iter_next(iter));
    g_mime_part_iter_free(iter);
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(stream);
}

int main(int argc, char **argv) {
  g_mime_init();
  return peer_main(argc, argv, parse);
}
