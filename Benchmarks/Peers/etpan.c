// libetpan.
#include "peer.h"

#include <libetpan/libetpan.h>
#include <strings.h>

static void count_mailbox(struct mailimf_mailbox *mailbox, peer_count *count) {
  if (mailbox->mb_display_name) {
    char *name = NULL;
    size_t at = 0;
    if (mailmime_encoded_phrase_parse("iso-8859-1", mailbox->mb_display_name, strlen(mailbox->mb_display_name), &at,
                                      "utf-8", &name) == MAILIMF_NO_ERROR)
      free(name);
  }
  count->addresses++;
}

static void count_mailboxes(struct mailimf_mailbox_list *list, peer_count *count) {
  if (!list) return;
  for (clistiter *at = clist_begin(list->mb_list); at; at = clist_next(at))
    count_mailbox((struct mailimf_mailbox *)clist_content(at), count);
}

static void count_addresses(struct mailimf_address_list *list, peer_count *count) {
  if (!list) return;
  for (clistiter *at = clist_begin(list->ad_list); at; at = clist_next(at)) {
    struct mailimf_address *address = (struct mailimf_address *)clist_content(at);
    if (address->ad_type == MAILIMF_ADDRESS_MAILBOX)
      count_mailbox(address->ad_data.ad_mailbox, count);
    else
      count_mailboxes(address->ad_data.ad_group->grp_mb_list, count);
  }
}

static void read_header(struct mailimf_fields *fields, peer_count *count) {
  struct mailimf_single_fields single;
  mailimf_single_fields_init(&single, fields);
  if (single.fld_subject && single.fld_subject->sbj_value) {
    char *subject = NULL;
    size_t at = 0;
    const char *value = single.fld_subject->sbj_value;
    if (mailmime_encoded_phrase_parse("iso-8859-1", value, strlen(value), &at, "utf-8", &subject) == MAILIMF_NO_ERROR) {
      count->subject += strlen(subject);
      free(subject);
    }
  }
  if (single.fld_from) count_mailboxes(single.fld_from->frm_mb_list, count);
  if (single.fld_to) count_addresses(single.fld_to->to_addr_list, count);
  if (single.fld_cc) count_addresses(single.fld_cc->cc_addr_list, count);
  if (single.fld_orig_date) count->dates++;
}

static int is_text(struct mailmime *part) {
  if (!part->mm_content_type || !part->mm_content_type->ct_type) return 1;
  struct mailmime_type *type = part->mm_content_type->ct_type;
  return type->tp_type == MAILMIME_TYPE_DISCRETE_TYPE &&
         type->tp_data.tp_discrete_type->dt_type == MAILMIME_DISCRETE_TYPE_TEXT;
}

static void read_leaf(struct mailmime *part, peer_count *count) {
  count->leaves++;
  struct mailmime_data *data = part->mm_data.mm_single;
  if (!data) return;
  struct mailmime_single_fields fields;
  memset(&fields, 0, sizeof fields);
  if (part->mm_mime_fields) mailmime_single_fields_init(&fields, part->mm_mime_fields, part->mm_content_type);
  int encoding = fields.fld_encoding ? fields.fld_encoding->enc_type : MAILMIME_MECHANISM_8BIT;
  char *decoded = NULL;
  size_t at = 0, length = 0;
  if (mailmime_part_parse(data->dt_data.dt_text.dt_data, data->dt_data.dt_text.dt_length, &at, encoding, &decoded,
                          &length) != MAILIMF_NO_ERROR)
    return;
  if (is_text(part)) {
    const char *charset = fields.fld_content_charset ? fields.fld_content_charset : "us-ascii";
    char *text = NULL;
    size_t text_length = 0;
    if (strcasecmp(charset, "utf-8") == 0 || strcasecmp(charset, "us-ascii") == 0)
      count->text += length;
    else if (charconv_buffer("utf-8", charset, decoded, length, &text, &text_length) == MAIL_CHARCONV_NO_ERROR) {
      count->text += text_length;
      charconv_buffer_free(text);
    }
  } else {
    count->content += length;
  }
  mailmime_decoded_part_free(decoded);
}

static void read_parts(struct mailmime *part, peer_count *count) {
  switch (part->mm_type) {
  case MAILMIME_SINGLE: read_leaf(part, count); break;
  case MAILMIME_MULTIPLE:
    for (clistiter *at = clist_begin(part->mm_data.mm_multipart.mm_mp_list); at; at = clist_next(at))
      read_parts((struct mailmime *)clist_content(at), count);
    break;
  case MAILMIME_MESSAGE:
    if (part->mm_data.mm_message.mm_msg_mime) read_parts(part->mm_data.mm_message.mm_msg_mime, count);
    break;
  }
}

static void parse(const char *bytes, size_t size, peer_count *count) {
  struct mailmime *mime = NULL;
  size_t at = 0;
  if (mailmime_parse(bytes, size, &at, &mime) != MAILIMF_NO_ERROR) return;
  if (mime->mm_type == MAILMIME_MESSAGE && mime->mm_data.mm_message.mm_fields)
    read_header(mime->mm_data.mm_message.mm_fields, count);
  read_parts(mime, count);
  mailmime_free(mime);
}

int main(int argc, char **argv) { return peer_main(argc, argv, parse); }
