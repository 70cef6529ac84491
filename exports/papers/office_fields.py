"""Fields of the papers that agencies issue: slips, replies, decisions, letters and proofs.

Belongs here: one tuple of fields for each of these kinds.
Does not belong here: forms of citizens (`form_fields`).
"""

from exports.papers.field_groups import (
    APPLICATION,
    APPOINTMENT,
    CASE,
    CREDITOR,
    DEBTOR,
    JUDGMENT,
    MISSING_ITEMS,
    OBLIGATIONS,
    OFFICE_CONTACT,
    RECEIVED_ITEMS,
    TOTAL,
)
from exports.papers.field_types import Field, day, money, number, text

_OFFICER = text(
    "officer_name", ("Họ tên chấp hành viên", "Name of the enforcement officer"), "Phạm Quốc Hùng", True
)
_GROUND_CODE = text("ground_code", ("Mã căn cứ", "Code of the ground"), "2026_a")
_NON_ENFORCEABLE = (
    text(
        "non_enforceable_number",
        ("Số quyết định chưa có điều kiện", "Number of the decision"),
        "09/QĐ-THADS",
        True,
    ),
    day(
        "non_enforceable_on",
        ("Ngày quyết định chưa có điều kiện", "Date of the decision"),
        "2026-09-15",
        True,
    ),
)

OFFICE_FIELDS: dict[str, tuple[Field, ...]] = {
    "receipt_slip": (
        *APPLICATION,
        RECEIVED_ITEMS,
        number("working_days", ("Thời hạn giải quyết (ngày làm việc)", "Term in working days"), 5),
        *APPOINTMENT,
        text("receiver_name", ("Người tiếp nhận", "Receiving official"), "Lê Minh Tâm"),
    ),
    "appointment_slip": (
        *APPLICATION,
        *APPOINTMENT,
        text(
            "purpose",
            ("Nội dung làm việc", "What the appointment is for"),
            "nộp bản chính đơn yêu cầu thi hành án và đối chiếu hồ sơ",
            True,
        ),
        text(
            "to_bring", ("Giấy tờ mang theo", "What to bring"), "Bản chính bản án, căn cước và giấy hẹn này"
        ),
        *OFFICE_CONTACT,
    ),
    "guidance_slip": (*APPLICATION, MISSING_ITEMS, *OFFICE_CONTACT),
    "acceptance_reply": (
        *APPLICATION,
        *APPOINTMENT,
        text("to_bring", ("Giấy tờ mang theo", "What to bring"), "Bản chính bản án và căn cước"),
        text("filing_way", ("Cách nộp", "How to file"), "nộp trực tiếp hoặc gửi qua dịch vụ bưu chính"),
        *OFFICE_CONTACT,
    ),
    "guidance_reply": (
        *APPLICATION,
        MISSING_ITEMS,
        day("due_on", ("Hạn bổ sung", "Term for mending"), None),
        *OFFICE_CONTACT,
    ),
    "refusal_reply": (
        *APPLICATION,
        text(
            "ground",
            ("Căn cứ từ chối", "Ground of refusal"),
            "cơ quan được yêu cầu không có thẩm quyền thi hành án",
            True,
        ),
        text(
            "ground_article",
            ("Điều khoản áp dụng", "Article applied"),
            "điểm c khoản 4 Điều 34 Luật Thi hành án dân sự số 106/2025/QH15",
        ),
        text(
            "explanation",
            ("Giải thích", "Explanation"),
            "Bản án do Tòa án nhân dân khu vực 5 – An Giang xét xử sơ thẩm.",
        ),
        text(
            "competent_agency",
            ("Cơ quan có thẩm quyền", "Competent agency"),
            "Thi hành án dân sự tỉnh An Giang",
        ),
    ),
    "result_confirmation": (
        text("requester_name", ("Người đề nghị xác nhận", "Person who asked"), "Nguyễn Thị Hồng Nhung", True),
        text("requester_role", ("Tư cách trong vụ việc", "Standing in the case"), "người được thi hành án"),
        day("requested_on", ("Ngày đề nghị", "Date of the request"), "2026-10-05", True),
        *JUDGMENT,
        *CASE,
        *CREDITOR,
        *DEBTOR,
        OBLIGATIONS,
        money("paid_amount", ("Số tiền đã thi hành", "Amount enforced"), 250_000_000),
        money("outstanding_amount", ("Số tiền còn phải thi hành", "Amount outstanding"), 12_500_000),
        text(
            "result",
            ("Kết quả thi hành", "Result"),
            "đã thi hành xong khoản tiền phải trả cho bà Nguyễn Thị Hồng Nhung",
            True,
        ),
        day("confirmed_until", ("Tính đến ngày", "As of"), "2026-10-06", True),
    ),
    "enforcement_decision": (
        *JUDGMENT,
        text("origin", ("Loại (request hoặc ex_officio)", "Origin (request or ex_officio)"), "request", True),
        text("requester_name", ("Người yêu cầu thi hành án", "Person who asked"), "Nguyễn Thị Hồng Nhung"),
        day("requested_on", ("Ngày yêu cầu", "Date of the request"), "2026-07-06"),
        text("case_number", ("Số thụ lý", "Case number"), "128/2026"),
        *CREDITOR,
        *DEBTOR,
        OBLIGATIONS,
        TOTAL,
        _OFFICER,
        text(
            "unit_name", ("Đơn vị tổ chức thi hành", "Unit in charge"), "Phòng Thi hành án dân sự khu vực 2"
        ),
    ),
    "non_enforceable_decision": (
        *JUDGMENT,
        *CASE,
        *CREDITOR,
        *DEBTOR,
        OBLIGATIONS,
        TOTAL,
        _GROUND_CODE,
        text(
            "ground",
            ("Căn cứ chưa có điều kiện", "Ground"),
            "người phải thi hành án không có thu nhập hoặc có thu nhập nhưng chỉ bảo đảm cuộc sống tối thiểu "
            "cho người đó, người mà họ có trách nhiệm nuôi dưỡng và không có tài sản để thi hành án",
            True,
        ),
        day(
            "verified_on", ("Ngày biên bản xác minh", "Date of the verification minutes"), "2026-09-10", True
        ),
        text("verified_at", ("Nơi xác minh", "Place of verification"), "Ủy ban nhân dân xã Tân Nhuận Đông"),
        text(
            "prison_or_unknown",
            (
                "Đang chấp hành hình phạt tù từ 02 năm hoặc chưa rõ địa chỉ",
                "In prison for two years or more, or address unknown",
            ),
            None,
        ),
        _OFFICER,
    ),
    "feedback_reply": (
        text(
            "sender_name", ("Người kiến nghị, phản ánh", "Person who sent it"), "Nguyễn Thị Hồng Nhung", True
        ),
        text("sender_address", ("Địa chỉ", "Address"), "Số 12, đường Lê Lợi, phường Mỹ Thọ, tỉnh Đồng Tháp"),
        text("subject", ("Vấn đề", "Matter"), "việc chậm chi trả tiền thi hành án", True),
        day("received_on", ("Ngày nhận", "Date of receipt"), "2026-07-20", True),
        text(
            "findings",
            ("Kết quả kiểm tra", "What was found"),
            "Số tiền 250.000.000 đồng đã được thu ngày 10/7/2026 và chuyển vào tài khoản của bà ngày 21/7/2026.",
            True,
        ),
        text(
            "answer",
            ("Nội dung trả lời", "Answer"),
            "Kiến nghị của bà là có cơ sở. Cơ quan đã chấn chỉnh công chức phụ trách và xin thông báo để bà được biết.",
            True,
        ),
        text("complaint_note", ("Hướng dẫn thêm", "Further guidance"), None),
    ),
    "transfer_letter": (
        text(
            "receiving_agency",
            ("Cơ quan nhận", "Agency that receives it"),
            "Ủy ban nhân dân phường Cao Lãnh, tỉnh Đồng Tháp",
            True,
        ),
        text("sender_name", ("Người gửi đơn", "Person who sent it"), "Nguyễn Thị Hồng Nhung", True),
        text("sender_address", ("Địa chỉ", "Address"), "Số 12, đường Lê Lợi, phường Mỹ Thọ, tỉnh Đồng Tháp"),
        text("petition_type", ("Loại đơn", "Kind of petition"), "đơn kiến nghị, phản ánh", True),
        text("subject", ("Nội dung", "Matter"), "việc cấp giấy chứng nhận quyền sử dụng đất", True),
        day("petition_on", ("Ngày ghi trên đơn", "Date of the petition"), "2026-07-18"),
        day("received_on", ("Ngày nhận", "Date of receipt"), "2026-07-20", True),
        text(
            "reason",
            ("Lý do chuyển", "Why it is passed on"),
            "nội dung đơn không thuộc thẩm quyền giải quyết của cơ quan thi hành án dân sự",
            True,
        ),
    ),
    "commune_publication_notice": (
        text(
            "commune_name",
            ("Ủy ban nhân dân cấp xã", "People's Committee of the commune"),
            "Ủy ban nhân dân xã Tân Nhuận Đông, tỉnh Đồng Tháp",
            True,
        ),
        *JUDGMENT,
        *CASE,
        *_NON_ENFORCEABLE,
        *DEBTOR,
        OBLIGATIONS,
        TOTAL,
        text(
            "ground",
            ("Lý do chưa có điều kiện", "Reason"),
            "không có thu nhập, không có tài sản để thi hành án",
            True,
        ),
        text("portal_address", ("Trang thông tin điện tử", "Website"), "https://example.vn/thi-hanh-an"),
    ),
    "removal_proof": (
        text("requester_name", ("Người đề nghị", "Person who asked"), None),
        *DEBTOR,
        *JUDGMENT,
        *CASE,
        *_NON_ENFORCEABLE,
        text("record_code", ("Mã bản ghi công khai", "Code of the published record"), "K7M2P9QX"),
        day("published_on", ("Ngày công khai", "Date of publication"), "2026-09-18"),
        day("withdrawn_on", ("Ngày chấm dứt công khai", "Date of removal"), "2026-11-03", True),
        text(
            "cause",
            ("Căn cứ chấm dứt công khai", "Cause of the removal"),
            "người phải thi hành án đã thi hành xong nghĩa vụ theo biên bản ngày 02/11/2026",
            True,
        ),
    ),
}
